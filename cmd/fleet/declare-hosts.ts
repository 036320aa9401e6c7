import { type ApplyReport, applySet } from "../../apply/apply-set.ts";
import type { Manifest } from "../../apply/manifest.ts";
import { formatManifestProblem } from "../../apply/manifest-problem.ts";
import type { Clock } from "../../runtime/clock.ts";
import { CodedError, messageOf } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import type { Store } from "../../store/store.ts";

export interface DeclareOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Whose fields those of the template are. */
const MANAGER = "vmctl-fleet";

/**
 * Applies the hosts' Hypervisors. What people changed since in fields of the template stays, and is logged. Fails with
 * `NotDeclared` when one was refused, with the store's error when it is away.
 */
export async function declareHosts(manifests: readonly Manifest[], options: DeclareOptions): Promise<void> {
  const { store, clock, log, signal } = options;
  const outcome = await applySet({ store, clock, manager: MANAGER }, manifests, { signal });
  if (outcome.kind === "invalid") throw notDeclared(outcome.problems.map(formatManifestProblem));
  const { reports } = outcome;
  const failed = reports.find((report) => report.result === "failed");
  if (failed) throw failed.error;
  const refused = reports.filter((report) => report.result === "refused");
  if (refused.length > 0) throw notDeclared(refused.map(refusalOf));
  const changed = reports.filter(({ result }) => result === "conflict");
  if (changed.length > 0) log.warn({ hypervisors: changed.map(nameOf) }, "others changed these: left as they are");
}

function notDeclared(problems: readonly string[]): CodedError {
  const [first = "", ...more] = problems;
  const rest = more.length > 0 ? ` (and ${more.length} more)` : "";
  return new CodedError("NotDeclared", `the hypervisors cannot be declared: ${first}${rest}`);
}

const nameOf = ({ manifest }: ApplyReport): string => manifest.object.metadata.name;

const refusalOf = (report: ApplyReport): string =>
  `${nameOf(report)}: ${report.result === "refused" ? report.problem.message : messageOf(report.result)}`;

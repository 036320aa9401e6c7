import { type ApplyReport, applySet } from "../../apply/apply-set.ts";
import type { Manifest } from "../../apply/manifest.ts";
import { formatManifestProblem } from "../../apply/manifest-problem.ts";
import { decodeStoredHead } from "../../resources/decode-object.ts";
import { Hypervisor } from "../../resources/hypervisor.ts";
import { kindPrefix, specKey } from "../../resources/keys.ts";
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
  const leaving = await hostsInDeletion(store, signal);
  const staying = manifests.filter(({ object }) => !leaving.has(object.metadata.name));
  if (staying.length < manifests.length)
    log.warn({ hypervisors: [...leaving] }, "being deleted: served until what is on them is gone, declared no more");
  const outcome = await applySet({ store, clock, manager: MANAGER }, staying, { signal });
  if (outcome.kind === "invalid") throw notDeclared(outcome.problems.map(formatManifestProblem));
  const { reports } = outcome;
  const failed = reports.find((report) => report.result === "failed");
  if (failed) throw failed.error;
  const refused = reports.filter((report) => report.result === "refused");
  if (refused.length > 0) throw notDeclared(refused.map(refusalOf));
  const changed = reports.filter(({ result }) => result === "conflict");
  if (changed.length > 0) log.warn({ hypervisors: changed.map(nameOf) }, "others changed these: left as they are");
}

/** Only a host that is served can let go of its instances. */
async function hostsInDeletion(store: Store, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const { entries } = await store.list([specKey(kindPrefix(Hypervisor, ""))], { signal });
  const decode = decodeStoredHead(Hypervisor);
  const heads = entries.map(({ key, value }) => decode(key, value)).flatMap((head) => (head.ok ? [head.value] : []));
  return new Set(heads.filter(({ metadata }) => metadata.deletionTimestamp).map(({ metadata }) => metadata.name));
}

function notDeclared(problems: readonly string[]): CodedError {
  const [first = "", ...more] = problems;
  const rest = more.length > 0 ? ` (and ${more.length} more)` : "";
  return new CodedError("NotDeclared", `the hypervisors cannot be declared: ${first}${rest}`);
}

const nameOf = ({ manifest }: ApplyReport): string => manifest.object.metadata.name;

const refusalOf = (report: ApplyReport): string =>
  `${nameOf(report)}: ${report.result === "refused" ? report.problem.message : messageOf(report.result)}`;

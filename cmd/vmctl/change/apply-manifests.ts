import type { ApplyDeps } from "../../../apply/apply-object.ts";
import { type ApplyReport, applySet } from "../../../apply/apply-set.ts";
import type { Manifest } from "../../../apply/manifest.ts";
import { formatManifestProblem, type ManifestProblem } from "../../../apply/manifest-problem.ts";
import { messageOf } from "../../../runtime/errors.ts";
import type { Session } from "../connection/session.ts";
import { printable } from "../output/cell.ts";
import { formatReference } from "../select/references.ts";
import { applyFailure } from "./apply-failure.ts";
import { invalidManifests } from "./read-manifests.ts";

/** Applies them and says what became of each. CommandFailure when not all of it was applied. */
export async function applyManifests(
  { signal, connection }: Session,
  deps: ApplyDeps,
  manifests: readonly Manifest[],
): Promise<readonly ApplyReport[]> {
  let done = 0;
  const onReport = (report: ApplyReport) => {
    done += 1;
    sayReport(report);
  };
  try {
    const outcome = await applySet(deps, manifests, { signal, onReport });
    if (outcome.kind === "invalid") throw invalidManifests(outcome.problems);
    const failure = applyFailure(outcome.reports, connection.endpoints);
    if (failure) throw failure;
    return outcome.reports;
  } finally {
    if (signal.aborted) complain(`interrupted: ${done} of ${manifests.length} were applied`);
  }
}

function sayReport(report: ApplyReport): void {
  const name = manifestLabel(report.manifest);
  if (report.result === "refused") complain(`${name} not applied: ${formatManifestProblem(report.problem)}`);
  else if (report.result === "conflict") sayConflict(name, report.problems);
  else if (report.result === "failed") complain(`${name} not applied: ${messageOf(report.error)}`);
  else process.stdout.write(`${name} ${report.result}\n`);
}

function sayConflict(name: string, problems: readonly ManifestProblem[]): void {
  for (const problem of problems) complain(`${name} conflict: ${formatManifestProblem(problem)}`);
  complain(`${name} not applied: take the fields out of the manifest, or take them over with --force-conflicts`);
}

export const manifestLabel = ({ kind, object }: Manifest): string =>
  formatReference({ kind, name: object.metadata.name });

const complain = (line: string): void => void process.stderr.write(`${printable(line)}\n`);

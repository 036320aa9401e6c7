import type { ApplyDeps } from "../../../apply/apply-object.ts";
import { type ApplyReport, applySet } from "../../../apply/apply-set.ts";
import type { Manifest } from "../../../apply/manifest.ts";
import { formatManifestProblem, type ManifestProblem } from "../../../apply/manifest-problem.ts";
import { messageOf } from "../../../runtime/errors.ts";
import type { Session } from "../connection/session.ts";
import { formatReference } from "../select/references.ts";
import type { Talk } from "../talk/talk.ts";
import { applyFailure } from "./apply-failure.ts";
import { invalidManifests } from "./read-manifests.ts";

/** Applies them and says what became of each. CommandFailure when not all of it was applied. */
export async function applyManifests(
  { signal, connection, talk }: Session,
  deps: ApplyDeps,
  manifests: readonly Manifest[],
): Promise<readonly ApplyReport[]> {
  let done = 0;
  const onReport = (report: ApplyReport) => {
    done += 1;
    sayReport(report, talk);
  };
  const howFar = () => `applied ${done} of ${manifests.length}`;
  try {
    const outcome = await talk.progress.during(howFar, applySet(deps, manifests, { signal, onReport }));
    if (outcome.kind === "invalid") throw invalidManifests(outcome.problems);
    const failure = applyFailure(outcome.reports, connection.endpoints);
    if (failure) throw failure;
    return outcome.reports;
  } finally {
    if (signal.aborted) talk.complain(`interrupted: ${done} of ${manifests.length} were applied`);
  }
}

function sayReport(report: ApplyReport, talk: Talk): void {
  const name = manifestLabel(report.manifest);
  if (report.result === "refused") talk.complain(`${name} not applied: ${formatManifestProblem(report.problem)}`);
  else if (report.result === "conflict") sayConflict(name, report.problems, talk);
  else if (report.result === "failed") talk.complain(`${name} not applied: ${messageOf(report.error)}`);
  else talk.say(`${name} ${report.result}`);
}

function sayConflict(name: string, problems: readonly ManifestProblem[], talk: Talk): void {
  for (const problem of problems) talk.complain(`${name} conflict: ${formatManifestProblem(problem)}`);
  talk.complain(`${name} not applied: take the fields out of the manifest, or take them over with --force-conflicts`);
}

export const manifestLabel = ({ kind, object }: Manifest): string =>
  formatReference({ kind, name: object.metadata.name });

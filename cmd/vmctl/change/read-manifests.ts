import { text } from "node:stream/consumers";
import { type LoadOptions, loadManifests } from "../../../apply/load.ts";
import type { Manifest } from "../../../apply/manifest.ts";
import { formatManifestProblem, type ManifestProblem } from "../../../apply/manifest-problem.ts";
import { formatPath } from "../../../resources/problem.ts";
import { CommandFailure } from "../command-failure.ts";
import { EXIT } from "../exit-code.ts";

/** The manifests behind `-f`, all valid; else CommandFailure with every problem: nothing was done. */
export async function readManifests(
  names: readonly string[],
  options: Pick<LoadOptions, "recursive" | "namespace" | "allowEmpty">,
): Promise<readonly Manifest[]> {
  const { manifests, problems } = await loadManifests(names, { ...options, readStdin: () => text(process.stdin) });
  if (problems.length > 0) throw invalidManifests(problems);
  return manifests;
}

const SHOWN = 50;

/** The problems as `file:line:col …`, one a line. */
export function invalidManifests(problems: readonly ManifestProblem[]): CommandFailure {
  const lines = problems.slice(0, SHOWN).map(formatManifestProblem);
  const more = problems.length > SHOWN ? ` (the first ${SHOWN} are shown)` : "";
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const details = { problems: problems.slice(0, SHOWN).map(problemDetails) };
  return new CommandFailure(EXIT.failed, `${count}${more}: nothing was changed`, { reason: "Invalid", lines, details });
}

/** As a program reads it. */
export const problemDetails = ({ place, path, message, suggestion }: ManifestProblem): Record<string, unknown> => ({
  ...place,
  field: formatPath(path),
  message,
  ...(suggestion !== undefined && { suggestion }),
});

import { text } from "node:stream/consumers";
import { loadManifests } from "../../../apply/load.ts";
import type { Manifest } from "../../../apply/manifest.ts";
import { formatManifestProblem, type ManifestProblem } from "../../../apply/manifest-problem.ts";
import { CommandFailure } from "../command-failure.ts";
import { EXIT } from "../exit-code.ts";
import { printable } from "../output/cell.ts";

/** The manifests behind `-f`, all valid; else every problem is printed and CommandFailure says that nothing was done. */
export async function readManifests(
  names: readonly string[],
  options: { readonly recursive: boolean; readonly namespace: string },
): Promise<readonly Manifest[]> {
  const { manifests, problems } = await loadManifests(names, { ...options, readStdin: () => text(process.stdin) });
  if (problems.length > 0) throw invalidManifests(problems);
  return manifests;
}

const SHOWN = 50;

/** Prints the problems as `file:line:col …` on standard error. */
export function invalidManifests(problems: readonly ManifestProblem[]): CommandFailure {
  const lines = problems.slice(0, SHOWN).map((problem) => `${printable(formatManifestProblem(problem))}\n`);
  process.stderr.write(lines.join(""));
  const more = problems.length > SHOWN ? ` (the first ${SHOWN} are shown)` : "";
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return new CommandFailure(EXIT.failed, `${count}${more}: nothing was changed`);
}

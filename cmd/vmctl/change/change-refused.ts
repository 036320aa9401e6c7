import type { Manifest } from "../../../apply/manifest.ts";
import { formatManifestProblem } from "../../../apply/manifest-problem.ts";
import type { LiveObject } from "../../../apply/plan-apply.ts";
import type { StoredObject } from "../../../resources/meta.ts";
import { formatProblem, type Problem } from "../../../resources/problem.ts";
import { CodedError } from "../../../runtime/errors.ts";
import { ObjectError } from "../../../store/objects/object-error.ts";
import { CommandFailure } from "../command-failure.ts";
import { EXIT } from "../exit-code.ts";
import { changedObject } from "./changed-object.ts";

/** What is wanted of an object is not valid; nothing was written. */
export class InvalidChange extends CodedError {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super("Invalid", problems.map(formatProblem).join("; "));
    this.problems = problems;
  }
}

/** See changedObject. Throws InvalidChange, or a CodedError `Conflict` for a document of another revision. */
export function requireChanged(live: LiveObject, wanted: unknown): StoredObject {
  const changed = changedObject(live, wanted);
  if (changed.kind === "refused") throw new InvalidChange(changed.problems);
  if (changed.kind === "stale") throw new CodedError("Conflict", formatProblem(changed.problem));
  return changed.object;
}

/** Every problem behind an error, if it is about what was wanted. */
export function problemsOf(error: unknown): readonly Problem[] | undefined {
  if (error instanceof InvalidChange) return error.problems;
  return error instanceof ObjectError && error.problem ? [error.problem] : undefined;
}

/** A problem with its place in the file that the manifest came from. */
export const placedIn =
  ({ placeOf }: Manifest) =>
  (problem: Problem): string =>
    formatManifestProblem({ ...problem, place: placeOf(problem.path) });

/** The same error for a person: what was not done to which object, and where it is wrong. */
export function explainRefusal(
  error: unknown,
  notDone: string,
  format: (problem: Problem) => string = formatProblem,
): unknown {
  if (error instanceof CodedError && error.code === "Conflict")
    return new CommandFailure(EXIT.conflict, `${notDone}: ${error.message}`, { cause: error });
  const problems = problemsOf(error);
  const [first, ...more] = problems ?? [];
  if (!first) return error;
  const reason = error instanceof CodedError ? error.code : "Invalid";
  if (more.length === 0)
    return new CommandFailure(EXIT.failed, `${notDone}: ${format(first)}`, { cause: error, reason });
  const lines = [first, ...more].map(format);
  return new CommandFailure(EXIT.failed, `${notDone}: ${lines.length} problems`, { cause: error, reason, lines });
}

import { storedSpecProblem } from "../../resources/decode-object.ts";
import type { KindInfo } from "../../resources/kinds.ts";

/** What comes out of the picture is shared and never modified, so it is judged once, however many passes look at it. */
const judged = new WeakMap<object, { readonly problem: string | undefined }>();

/**
 * What is wrong with the spec of a stored object, as one line; undefined: in order. A spec may have been written
 * around vmctl, so controllers judge it again before acting on it (S8).
 */
export function specProblem(kind: KindInfo, spec: unknown): string | undefined {
  if (typeof spec !== "object" || spec === null) return storedSpecProblem(kind, spec);
  const known = judged.get(spec) ?? { problem: storedSpecProblem(kind, spec) };
  judged.set(spec, known);
  return known.problem;
}

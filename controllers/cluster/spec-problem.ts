import { storedSpecProblem } from "../../resources/decode-object.ts";
import type { KindInfo } from "../../resources/kinds.ts";

/**
 * What is wrong with the spec of a stored object, as one line; undefined: in order. A spec may have been written
 * around vmctl, so controllers judge it again before acting on it (S8).
 */
export const specProblem = (kind: KindInfo, spec: unknown): string | undefined => storedSpecProblem(kind, spec);

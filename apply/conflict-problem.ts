import type { FieldConflict } from "../resources/ownership/merge-owned.ts";
import type { Problem } from "../resources/problem.ts";

const LONGEST = 60;

/** `spec.resources.vcpu was set to 2 by ci, here it is 4`. */
export function conflictProblem({ steps, managers, theirs, ours }: FieldConflict): Problem {
  return { path: steps, message: `was set to ${shown(theirs)} by ${managers.join(", ")}, here it is ${shown(ours)}` };
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

import { type AffinityTerm, isRequired } from "./affinity.ts";
import type { InstanceSpec } from "./instance.ts";
import { selectorProblems } from "./label-selector.ts";
import type { Problem, ProblemPath } from "./problem.ts";

/** What no schema can say about affinity and antiAffinity. */
export function affinityProblems(spec: Pick<InstanceSpec, "affinity" | "antiAffinity">): Problem[] {
  return (["affinity", "antiAffinity"] as const).flatMap((field) =>
    (spec[field] ?? []).flatMap((term, index) => termProblems(term, ["spec", field, index])),
  );
}

function termProblems(term: AffinityTerm, path: ProblemPath): Problem[] {
  return [...selectorProblems(term.labelSelector, [...path, "labelSelector"]), ...weightProblems(term, path)];
}

/** A term is a condition or a wish, and a wish has a weight. */
function weightProblems(term: AffinityTerm, path: ProblemPath): Problem[] {
  const at = [...path, "weight"];
  if (isRequired(term) && term.weight !== undefined)
    return [{ path: at, message: "cannot stand beside required: true: what has a weight is a wish" }];
  if (!isRequired(term) && term.weight === undefined)
    return [{ path: at, message: "is required beside required: false: 1 to 100" }];
  return [];
}

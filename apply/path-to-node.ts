import { type Document, isPair, isScalar, isSeq, type Node, type Pair } from "yaml";
import type { ProblemPath } from "../resources/problem.ts";

/** The path to a node that `visit` of yaml has come to; `parents` as it gives them. A key has its own name in it. */
export function pathTo(node: Node, parents: readonly (Document | Node | Pair)[]): ProblemPath {
  const chain = [...parents, node];
  return chain.flatMap((parent, index): ProblemPath => {
    if (isPair(parent)) return [isScalar(parent.key) ? String(parent.key.value) : ""];
    return isSeq(parent) ? [parent.items.indexOf(chain[index + 1])] : [];
  });
}

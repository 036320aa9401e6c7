import { type Document, visit } from "yaml";
import { formatPath } from "../resources/problem.ts";
import { pathTo } from "./path-to-node.ts";

export interface OddNumber {
  /** Of its first character in the text. */
  readonly offset: number;
  /** With the path to it. */
  readonly message: string;
}

/**
 * Numbers that would become something else on their way into JSON: `.nan` and `.inf` a null (which in a merge patch
 * deletes), whole ones beyond 2^53 their neighbour.
 */
export function oddNumbers(document: Document): readonly OddNumber[] {
  const found: OddNumber[] = [];
  visit(document, {
    Scalar(key, node, parents) {
      const { value, source = "", range } = node;
      if (key === "key" || typeof value !== "number") return;
      const fault = faultOf(value, source);
      if (fault === undefined) return;
      const path = pathTo(node, parents);
      found.push({ offset: range?.[0] ?? 0, message: `${formatPath(path)} ${fault} (got ${source})`.trimStart() });
    },
  });
  return found;
}

function faultOf(value: number, source: string): string | undefined {
  if (!Number.isFinite(value)) return "must be a number that can be written down";
  // What was printed from a stored number reads back as it is.
  const isKept = Number.isSafeInteger(value) || !/^[-+]?[0-9]+$/.test(source) || String(value) === source;
  return isKept ? undefined : `cannot be kept exactly: whole numbers go to ${Number.MAX_SAFE_INTEGER}`;
}

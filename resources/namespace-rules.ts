import { closestWord } from "./closest-word.ts";
import type { KindInfo } from "./kinds.ts";
import type { NamespaceSpec } from "./namespace.ts";
import type { Problem } from "./problem.ts";

/** What no schema can say about a namespace's spec: limits are of kinds that live in namespaces. */
export function namespaceProblems({ limits = {} }: NamespaceSpec, kinds: readonly KindInfo[]): Problem[] {
  const plurals = kinds.filter(({ namespaced }) => namespaced).map(({ plural }) => plural);
  return Object.keys(limits).flatMap((plural) => {
    if (plurals.includes(plural)) return [];
    const suggestion = closestWord(plural, plurals);
    const message = `must be one of ${plurals.join(", ")}`;
    return [{ path: ["spec", "limits", plural], message, ...(suggestion === undefined ? {} : { suggestion }) }];
  });
}

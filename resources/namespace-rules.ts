import { closestWord } from "./closest-word.ts";
import type { KindInfo } from "./kinds.ts";
import type { NamespaceSpec } from "./namespace.ts";
import type { Problem } from "./problem.ts";
import { parseQuantity } from "./quantity.ts";

/** What no schema can say about a namespace's spec. */
export function namespaceProblems(spec: NamespaceSpec, kinds: readonly KindInfo[]): Problem[] {
  return [...limitProblems(spec, kinds), ...quotaProblems(spec)];
}

/** More than this cannot be counted exactly. */
function quotaProblems({ quota }: NamespaceSpec): Problem[] {
  return (["memory", "disk"] as const).flatMap((field) => {
    const written = quota?.[field];
    if (written === undefined || parseQuantity(written) !== undefined) return [];
    return [{ path: ["spec", "quota", field], message: `is larger than can be counted (got ${written})` }];
  });
}

/** Limits are of kinds that live in namespaces. */
function limitProblems({ limits = {} }: NamespaceSpec, kinds: readonly KindInfo[]): Problem[] {
  const plurals = kinds.filter(({ namespaced }) => namespaced).map(({ plural }) => plural);
  return Object.keys(limits).flatMap((plural) => {
    if (plurals.includes(plural)) return [];
    const suggestion = closestWord(plural, plurals);
    const message = `must be one of ${plurals.join(", ")}`;
    return [{ path: ["spec", "limits", plural], message, ...(suggestion === undefined ? {} : { suggestion }) }];
  });
}

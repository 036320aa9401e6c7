import { parseTail } from "../../resources/keys.ts";
import { KINDS } from "../../resources/kinds.ts";
import { referencesOf } from "../../resources/references.ts";
import type { ClusterView } from "./cluster-view.ts";
import { specProblem } from "./spec-problem.ts";

/** Tails of the objects whose spec names this one, and which are not on their way out themselves. Reads every spec. */
export function referrerTails(view: ClusterView, tail: string): string[] {
  return [...view.all("spec", "spec/")].flatMap(({ key, value }) => {
    const own = key.slice("spec/".length);
    const { plural, namespace } = parseTail(own) ?? {};
    const kind = KINDS.find((it) => it.plural === plural);
    if (!kind || value.metadata.deletionTimestamp || specProblem(kind, value.spec) !== undefined) return [];
    return referencesOf(kind, namespace, value.spec).includes(tail) ? [own] : [];
  });
}

/** The same for people: `instance default/web-1`. */
export const referrersOf = (view: ClusterView, tail: string): string[] =>
  referrerTails(view, tail).map((own) => {
    const { plural, namespace, name = "" } = parseTail(own) ?? {};
    const kind = KINDS.find((it) => it.plural === plural);
    return `${kind?.singular} ${namespace === undefined ? name : `${namespace}/${name}`}`;
  });

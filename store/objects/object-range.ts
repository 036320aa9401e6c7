import { kindPrefix, PREFIX, parseTail } from "../../resources/keys.ts";
import type { KindInfo } from "../../resources/kinds.ts";

/** All objects of a kind in one namespace, or wherever they are. */
export interface ObjectRange {
  /** Spec and status side of the same interval. */
  readonly prefixes: readonly [spec: string, status: string];
  /** The tail a key of either side belongs to; `undefined` for what is not of this kind. */
  tailOf(key: string): { readonly tail: string; readonly side: "spec" | "status" } | undefined;
}

/** `namespace` is ignored for cluster-wide kinds; absent, a namespaced kind is taken everywhere. */
export function objectRange(kind: KindInfo, namespace: string | undefined): ObjectRange {
  const everywhere = kind.namespaced && namespace === undefined;
  const inner = everywhere ? "ns/" : kindPrefix(kind, namespace ?? "");
  return { prefixes: [PREFIX.spec + inner, PREFIX.status + inner], tailOf: (key) => tailOf(kind, key) };
}

function tailOf(kind: KindInfo, key: string) {
  const side = key.startsWith(PREFIX.spec) ? ("spec" as const) : ("status" as const);
  const tail = key.slice(PREFIX[side].length);
  const place = parseTail(tail);
  const isOurs = place?.plural === kind.plural && kind.namespaced === (place.namespace !== undefined);
  return isOurs ? { tail, side } : undefined;
}

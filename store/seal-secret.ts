import type { KindInfo } from "../resources/kinds.ts";
import type { Problem } from "../resources/problem.ts";
import { isSealOf, seal } from "../resources/sealing/seal.ts";
import { isSealed } from "../resources/sealing/sealed-text.ts";
import { clearKeys, Secret, type SecretSpec } from "../resources/secret.ts";
import { readSealingKey } from "./read-sealing-keys.ts";
import type { CallOptions, Store } from "./store.ts";

interface Sealable {
  readonly metadata: { readonly namespace?: string; readonly name: string };
  readonly spec: unknown;
}
export type SealedObject<T> = { readonly object: T } | { readonly problem: Problem };

/**
 * A Secret with every clear text sealed: as it stands in the store where that is the same text, else anew, so that a
 * repetition changes nothing. Any other object as it is. `old`: the spec that stands there. Every way to store an
 * object goes through here before anything of it is written.
 */
export async function sealSecret<T extends Sealable>(
  store: Store,
  { kind, object, old }: { readonly kind: KindInfo; readonly object: T; readonly old?: unknown },
  options: CallOptions = {},
): Promise<SealedObject<T>> {
  if (kind !== Secret) return { object };
  const spec = object.spec as SecretSpec;
  const clear = clearKeys(spec);
  if (clear.length === 0) return { object };
  const publicKey = await readSealingKey(store, options);
  if (publicKey === undefined) return { problem: NO_KEY };
  const before = new Map(Object.entries((old as SecretSpec | undefined)?.data ?? {}));
  const { namespace = "", name } = object.metadata;
  const data = { ...spec.data };
  for (const key of clear) {
    const text = data[key] ?? "";
    data[key] = (await sameAs(before.get(key), text)) ?? (await seal(publicKey, { namespace, name, key }, text));
  }
  return { object: { ...object, spec: { ...spec, data } } };
}

/** What stands there, if it is this text sealed. */
const sameAs = async (had: string | undefined, clear: string): Promise<string | undefined> =>
  had !== undefined && isSealed(had) && (await isSealOf(had, clear)) ? had : undefined;

const NO_KEY: Problem = {
  path: ["spec", "data"],
  message: "cannot be sealed yet: this cluster has no key for it, which its first controller makes when it starts",
};

import { PREFIX } from "../resources/keys.ts";
import { decodeSealingKey, decodeUnsealingKey } from "../resources/sealing/decode-keys.ts";
import type { UnsealingKey } from "../resources/sealing/sealing-key.ts";
import type { CallOptions, Store } from "./store.ts";

/** The public key to seal with, the newest; undefined: no controller has made one yet. */
export async function readSealingKey(store: Store, options: CallOptions = {}): Promise<string | undefined> {
  const { entries } = await store.list([PREFIX.sealing], options);
  const keys = entries.flatMap(({ key, value }) => {
    const decoded = decodeSealingKey(key, value);
    return decoded.ok ? [decoded.value] : [];
  });
  return keys.sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1))[0]?.publicKey;
}

/** What opens Secrets, by id. PermissionDenied for whoever is neither controller nor administrator. */
export async function readUnsealingKeys(
  store: Store,
  options: CallOptions = {},
): Promise<ReadonlyMap<string, UnsealingKey>> {
  const { entries } = await store.list([PREFIX.vault], options);
  return new Map(
    entries.flatMap(({ key, value }) => {
      const decoded = decodeUnsealingKey(key, value);
      return decoded.ok ? [[key.slice(PREFIX.vault.length), decoded.value] as const] : [];
    }),
  );
}

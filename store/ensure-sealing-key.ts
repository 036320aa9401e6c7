import { PREFIX, sealingKeyKey, vaultKey } from "../resources/keys.ts";
import { decodeUnsealingKey } from "../resources/sealing/decode-keys.ts";
import { newUnsealingKey, sealingKeyId, type UnsealingKey } from "../resources/sealing/sealing-key.ts";
import { type Clock, timestamp } from "../runtime/clock.ts";
import type { CallOptions, Store, Write } from "./store.ts";

/**
 * Makes the first key that Secrets are sealed with and publishes its public half; one that was lost is published again.
 * For the leader, before it reads anything. A vault that holds something, readable or not, gets no second key: what
 * was sealed with the first stays sealed with it.
 */
export async function ensureSealingKey(store: Store, clock: Clock, options: CallOptions = {}): Promise<void> {
  const { entries } = await store.list([PREFIX.vault, PREFIX.sealing], options);
  const vault = entries.filter(({ key }) => key.startsWith(PREFIX.vault));
  if (vault.length === 0) {
    const key = newUnsealingKey(timestamp(clock));
    const kept: Write = { op: "put", key: vaultKey(sealingKeyId(key.publicKey)), value: JSON.stringify(key) };
    // What is published without a vault would seal for nobody; a vault that comes back publishes its own again.
    const stale = entries.map((entry): Write => ({ op: "delete", key: entry.key }));
    await store.commit({ compares: [], writes: [...stale, kept, published(key)] }, options);
    return;
  }
  const there = new Set(entries.map(({ key }) => key));
  const lost = vault.flatMap(({ key, value }) => {
    const decoded = decodeUnsealingKey(key, value);
    return decoded.ok ? [published(decoded.value)] : [];
  });
  const writes = lost.filter(({ key }) => !there.has(key));
  if (writes.length > 0) await store.commit({ compares: [], writes }, options);
}

const published = ({ publicKey, createdAt }: UnsealingKey): Write => ({
  op: "put",
  key: sealingKeyKey(sealingKeyId(publicKey)),
  value: JSON.stringify({ publicKey, createdAt }),
});

import type { Entry, ReadOptions } from "../store.ts";
import { entryOf } from "./entry.ts";
import type { KeySpace } from "./key-space.ts";
import type { Transport } from "./transport.ts";
import type { RangeReply } from "./wire.ts";

export async function get(
  transport: Transport,
  keys: KeySpace,
  key: string,
  options: ReadOptions = {},
): Promise<Entry | undefined> {
  const reply = await transport.unary<RangeReply>({
    service: "KV",
    method: "range",
    payload: { key: keys.encode(key), revision: options.revision ?? 0 },
    context: { verb: "get", key },
    signal: options.signal,
  });
  const kv = reply.kvs[0];
  return kv && entryOf(keys, kv);
}

import type { CallOptions } from "../store.ts";
import type { KeySpace } from "./key-space.ts";
import type { Transport } from "./transport.ts";
import type { RangeReply } from "./wire.ts";

export interface ListKeysOptions extends CallOptions {
  /** At most so many keys come back. */
  readonly limit: number;
}

/** The first keys under a prefix, in key order and without their values: one request however many there are. */
export async function listKeys(
  transport: Transport,
  keys: KeySpace,
  prefix: string,
  { limit, signal }: ListKeysOptions,
): Promise<readonly string[]> {
  const { start, end } = keys.prefixRange(prefix);
  const page = await transport.unary<RangeReply>({
    service: "KV",
    method: "range",
    payload: { key: start, range_end: end, limit, keys_only: true },
    context: { verb: "list", key: prefix },
    signal,
  });
  return page.kvs.map(({ key }) => keys.decode(key));
}

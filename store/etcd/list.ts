import type { Entry, Listing, ListOptions } from "../store.ts";
import { entryOf } from "./entry.ts";
import { disjointPrefixes, type KeySpace } from "./key-space.ts";
import type { Transport } from "./transport.ts";
import type { RangeReply } from "./wire.ts";

const pageSize = 500;

/**
 * The first page fixes the revision, every other page of every prefix is read at it. A list that takes longer
 * than etcd keeps history ends as Compacted.
 */
export async function list(
  transport: Transport,
  keys: KeySpace,
  prefixes: readonly string[],
  options: ListOptions = {},
): Promise<Listing> {
  const entries: Entry[] = [];
  let revision = options.revision ?? 0;
  for (const prefix of disjointPrefixes(prefixes)) {
    const { start, end } = keys.prefixRange(prefix);
    const request = (from: Buffer): Promise<RangeReply> =>
      transport.unary<RangeReply>({
        service: "KV",
        method: "range",
        payload: { key: from, range_end: end, limit: pageSize, revision },
        context: { verb: "list", key: prefix },
        signal: options.signal,
      });
    let reading: Promise<RangeReply> | undefined = request(start);
    while (reading) {
      const page: RangeReply = await reading;
      if (revision === 0) revision = Number(page.header.revision);
      const from = nextPage(page);
      // The server makes the next one while this one is taken apart.
      reading = from && request(from);
      const read = page.kvs.map((kv) => entryOf(keys, kv));
      for (const entry of read) entries.push(entry);
      options.onPage?.(read);
    }
  }
  return { entries, revision };
}

/** The least key after the last one read. */
function nextPage({ more, kvs }: RangeReply): Buffer | undefined {
  const last = kvs.at(-1);
  return more && last ? Buffer.concat([last.key, Buffer.of(0)]) : undefined;
}

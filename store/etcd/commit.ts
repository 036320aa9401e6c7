import type { CallOptions, Compare, Entry, Outcome, Transaction, Write } from "../store.ts";
import { StoreError } from "../store-error.ts";
import { entryOf } from "./entry.ts";
import type { KeySpace } from "./key-space.ts";
import type { Transport } from "./transport.ts";
import type { TxnReply } from "./wire.ts";

/** etcd takes 128 operations in each list and 1.5 MiB; we stay below what its operators may have lowered it to. */
export const maxOperations = 96;
export const maxBytes = 512 * 1024;

export async function commit(
  transport: Transport,
  keys: KeySpace,
  transaction: Transaction,
  options: CallOptions = {},
): Promise<Outcome> {
  check(transaction);
  const compared = [...new Map(transaction.compares.map((compare) => [compare.key, compare])).values()];
  const reply = await transport.unary<TxnReply>({
    service: "KV",
    method: "txn",
    payload: {
      compare: transaction.compares.map((compare) => wireCompare(keys, compare)),
      success: transaction.writes.map((write) => wireWrite(keys, write)),
      failure: compared.map((compare) => ({ request_range: rangeOf(keys, compare) })),
    },
    context: { verb: "commit", key: keysOf(transaction), write: transaction.writes.length > 0 },
    signal: options.signal,
  });
  const revision = Number(reply.header.revision);
  if (reply.succeeded) return { kind: "committed", revision };
  return { kind: "stale", revision, current: readBack(keys, compared, reply) };
}

function check({ compares, writes }: Transaction): void {
  if (compares.length > maxOperations || writes.length > maxOperations) {
    throw new StoreError(
      "TooLarge",
      `transaction of ${compares.length} compares and ${writes.length} writes; at most ${maxOperations} each`,
    );
  }
  const bytes = [...compares, ...writes].reduce((sum, operation) => sum + sizeOf(operation), 0);
  if (bytes > maxBytes) throw new StoreError("TooLarge", `transaction of ${bytes} bytes; at most ${maxBytes}`);
  const seen = new Set<string>();
  for (const { key } of writes) {
    if (seen.has(key)) throw new StoreError("Invalid", `transaction writes ${key} twice`);
    seen.add(key);
  }
}

const sizeOf = (operation: Compare | Write): number =>
  Buffer.byteLength(operation.key) + ("value" in operation ? Buffer.byteLength(operation.value) : 0);

/** For messages: the first few keys say enough. */
function keysOf({ compares, writes }: Transaction): string {
  const all = [...new Set([...writes, ...compares].map(({ key }) => key))];
  return all.length > 4 ? `${all.slice(0, 4).join(", ")} and ${all.length - 4} more` : all.join(", ");
}

function wireCompare(keys: KeySpace, compare: Compare): object {
  if ("noneAfter" in compare) {
    const { start, end } = keys.prefixRange(compare.key);
    return { key: start, range_end: end, result: "Less", target: "Mod", mod_revision: compare.noneAfter + 1 };
  }
  const key = keys.encode(compare.key);
  if ("modRevision" in compare) {
    return { key, result: "Equal", target: "Mod", mod_revision: compare.modRevision };
  }
  // A key that is absent has create revision 0.
  const revision = "createRevision" in compare ? compare.createRevision : 0;
  return { key, result: "Equal", target: "Create", create_revision: revision };
}

function rangeOf(keys: KeySpace, compare: Compare): object {
  if (!("noneAfter" in compare)) return { key: keys.encode(compare.key) };
  const { start, end } = keys.prefixRange(compare.key);
  return { key: start, range_end: end, limit: 1, sort_order: "Descend", sort_target: "Mod" };
}

function wireWrite(keys: KeySpace, write: Write): object {
  const key = keys.encode(write.key);
  if (write.op === "delete") return { request_delete_range: { key } };
  return { request_put: { key, value: Buffer.from(write.value), lease: write.leaseId ?? 0 } };
}

function readBack(keys: KeySpace, compared: readonly Compare[], reply: TxnReply): Map<string, Entry | undefined> {
  return new Map(
    compared.map(({ key }, index) => {
      const kv = reply.responses[index]?.response_range?.kvs[0];
      return [key, kv && entryOf(keys, kv)];
    }),
  );
}

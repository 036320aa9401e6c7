import { PREFIX, statusKey } from "../../resources/keys.ts";
import type { Compare } from "../../store/store.ts";
import type { TransactionPart } from "../../store/transaction-part.ts";
import { hypervisorTail } from "../cluster/hypervisor-usage.ts";

/**
 * Keys of which a batch computes the next value from what the batch below it writes: sums of a host, and turnstiles,
 * which have no value. What else both would touch is decided by what the store holds.
 */
const CHAINED: readonly string[] = [
  `${PREFIX.placement}usage/`,
  PREFIX.groups,
  PREFIX.quota,
  statusKey(hypervisorTail("")),
];

/**
 * A part that was made on top of `below`, which was committed as `revision`: where both write such a key, it has to stand
 * as `below` wrote it. Whoever wrote it since is noticed, and who wrote it before was by the compare of `below` itself.
 * Any other compare stays as it is.
 */
export function onTopOf(part: TransactionPart, below: TransactionPart, revision: number): TransactionPart {
  const written = new Set(below.writes.map(({ key }) => key));
  const own = new Set(part.writes.map(({ key }) => key));
  const isChained = (key: string): boolean =>
    written.has(key) && own.has(key) && CHAINED.some((prefix) => key.startsWith(prefix));
  const compares = part.compares.map(
    (compare): Compare => (isChained(compare.key) ? { key: compare.key, modRevision: revision } : compare),
  );
  return { compares, writes: part.writes };
}

import { expect, it } from "vitest";
import { joinableCount, staleFor } from "../../store/joined-transaction.ts";
import type { Compare, Entry, Transaction, Write } from "../../store/store.ts";

const at = (key: string, modRevision: number): Compare => ({ key, modRevision });
const put = (key: string, value = "1"): Write => ({ op: "put", key, value });
const transaction = (compares: readonly Compare[], writes: readonly Write[]): Transaction => ({ compares, writes });
const entry = (key: string, modRevision: number, createRevision = modRevision): Entry => ({
  ...{ key, value: "1", createRevision, modRevision },
});

it.each([
  ["keys of their own", [transaction([at("a", 1)], [put("a")]), transaction([at("b", 1)], [put("b")])], 2],
  ["the same key compared by both", [transaction([at("x", 1)], [put("a")]), transaction([at("x", 1)], [put("b")])], 2],
  ["the same key written by both", [transaction([], [put("a")]), transaction([], [put("a")])], 1],
  ["the second compares what the first writes", [transaction([], [put("a")]), transaction([at("a", 1)], [])], 1],
  ["the second writes what the first compares", [transaction([at("a", 1)], []), transaction([], [put("a")])], 1],
  [
    "a prefix compared by the first",
    [transaction([{ key: "p/", noneAfter: 3 }], []), transaction([], [put("p/a")])],
    1,
  ],
  [
    "a prefix compared by the second",
    [transaction([], [put("p/a")]), transaction([{ key: "p/", noneAfter: 3 }], [])],
    1,
  ],
  ["nothing", [], 0],
])("joins %s: %#", (_, transactions, count) => {
  expect(joinableCount(transactions)).toBe(count);
});

it("joins up to 64 operations of a kind and 128 KiB, and never fewer than one", () => {
  const small = Array.from({ length: 70 }, (_, index) => transaction([at(`k${index}`, 1)], [put(`k${index}`)]));
  expect(joinableCount(small)).toBe(64);
  const wide = Array.from({ length: 90 }, (_, index) => at(`c${index}`, 1));
  expect(joinableCount([transaction(wide, [put("a")]), transaction([], [put("b")])])).toBe(1);
  const large = ["a", "b", "c"].map((key) => transaction([], [put(key, "v".repeat(60 * 1024))]));
  expect(joinableCount(large)).toBe(2);
});

it("tells the answer of one from that of all", () => {
  const stale = {
    kind: "stale",
    revision: 9,
    current: new Map([
      ["a", entry("a", 5, 3)],
      ["b", undefined],
    ]),
  } as const;
  const holding: readonly Compare[] = [
    at("a", 5),
    { key: "a", createRevision: 3 },
    { key: "b", absent: true },
    at("b", 0),
    { key: "a", noneAfter: 5 },
  ];
  for (const compare of holding) expect(staleFor(transaction([compare], []), stale)).toBeUndefined();
  expect(staleFor(transaction([], []), stale)).toBeUndefined();
  const failing: readonly Compare[] = [
    at("a", 4),
    { key: "a", createRevision: 5 },
    { key: "a", absent: true },
    at("b", 1),
    { key: "a", noneAfter: 4 },
  ];
  for (const compare of failing)
    expect(staleFor(transaction([compare], []), stale)).toEqual({
      ...{ kind: "stale", revision: 9 },
      current: new Map([[compare.key, stale.current.get(compare.key as "a")]]),
    });
});

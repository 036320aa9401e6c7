import { describe, expect, it } from "vitest";
import { SortedKeys } from "../../store/sorted-keys.ts";
import { seededRandom, testSeed } from "../support/seed.ts";

const nameOf = (n: number): string => `${"abc"[n % 3]}/${(n * 7919) % 5_000}`;
const PREFIXES = ["", "a", "a/", "b/1", "c/4999", "b", "d", "a/49", "0"];

describe("keys in order", () => {
  it("are those of a sorted array after any additions and deletions, chunks that fill and empty included", () => {
    const random = seededRandom(testSeed());
    const plain = new Set(Array.from({ length: 2_000 }, (_, n) => nameOf(n)));
    const sorted = SortedKeys.from(plain);
    for (const share of [0.9, 0.1, 0.5, 0]) {
      for (let step = 0; step < 3_000; step++) {
        const key = nameOf(Math.floor(random() * 5_000));
        if (random() < share) {
          plain.add(key);
          sorted.add(key);
        } else {
          plain.delete(key);
          sorted.delete(key);
        }
      }
      const all = [...plain].sort();
      for (const prefix of PREFIXES)
        expect(sorted.withPrefix(prefix)).toEqual(all.filter((key) => key.startsWith(prefix)));
    }
  });

  it("are none at first, one after the first, and none again", () => {
    const sorted = new SortedKeys();
    expect(sorted.withPrefix("")).toEqual([]);
    sorted.delete("a");
    sorted.add("a");
    sorted.add("a");
    expect(sorted.withPrefix("")).toEqual(["a"]);
    sorted.delete("a");
    expect(sorted.withPrefix("")).toEqual([]);
  });
});

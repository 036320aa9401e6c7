import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../resources/canonical-json.ts";
import { isSameJson } from "../../resources/is-same-json.ts";
import { testSeed } from "../support/seed.ts";

const small = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>(0, 1, "", "a", true, null),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "constructor", "length"), fc.oneof(tie("value"), fc.constant(undefined)), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  ),
})).value;

describe("two values as JSON", () => {
  it("are the same when their canonical texts are", () => {
    const agree = (one: unknown, other: unknown) =>
      isSameJson(one, other) === (canonicalJson(one) === canonicalJson(other));
    fc.assert(fc.property(small, small, agree), { seed: testSeed(), numRuns: 3_000 });
  });

  it("are the same in another order of fields, and with fields that are undefined", () => {
    expect(isSameJson({ a: 1, b: [{ c: 2 }] }, { b: [{ c: 2, d: undefined }], a: 1 })).toBe(true);
    expect(isSameJson({ a: undefined }, {})).toBe(true);
  });

  it("are others with a field more, an item more, or an array for an object", () => {
    expect(isSameJson({ a: 1 }, { a: 1, b: 1 })).toBe(false);
    expect(isSameJson({ a: 1, b: 1 }, { a: 1 })).toBe(false);
    expect(isSameJson([1], [1, 1])).toBe(false);
    expect(isSameJson([], {})).toBe(false);
    expect(isSameJson({}, [])).toBe(false);
    expect(isSameJson({}, undefined)).toBe(false);
  });
});

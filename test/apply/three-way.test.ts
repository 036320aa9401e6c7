import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { outline } from "../../apply/outline.ts";
import { threeWay } from "../../apply/three-way.ts";
import { Instance } from "../../resources/instance.ts";
import { Labels } from "../../resources/meta.ts";
import { testSeed } from "../support/seed.ts";

const schema = Instance.spec;
/** What an apply of `wanted` makes of `live`, the apply before having been of `before`. */
const merge = (before: unknown, wanted: unknown, live: unknown): unknown =>
  threeWay(schema, { last: outline(schema, before), wanted, live });

describe("a three-way merge", () => {
  it("sets, takes away what it had set, and leaves what others set", () => {
    const live = { hostname: "a", description: "by somebody", runStrategy: "Always" };
    expect(merge({ hostname: "a", runStrategy: "Always" }, { runStrategy: "Halted" }, live)).toEqual({
      description: "by somebody",
      runStrategy: "Halted",
    });
  });
  it("merges items of keyed lists by their key, in the wanted order, others' items last", () => {
    const before = { interfaces: [{ name: "a", network: "x" }, { name: "b" }] };
    const wanted = { interfaces: [{ name: "c" }, { name: "a", network: "y" }] };
    const live = {
      interfaces: [{ name: "foreign" }, { name: "a", network: "x", mac: "52:54:00:00:00:01" }, { name: "b" }],
    };
    expect(merge(before, wanted, live)).toEqual({
      interfaces: [{ name: "c" }, { name: "a", network: "y", mac: "52:54:00:00:00:01" }, { name: "foreign" }],
    });
  });
  it("merges sets by value and keeps their order when nothing changes", () => {
    const live = { sshKeys: ["k foreign", "k 1", "k 2"] };
    expect(merge({ sshKeys: ["k 1", "k 2"] }, { sshKeys: ["k 2", "k 1"] }, live)).toEqual(live);
    expect(merge({ sshKeys: ["k 1", "k 2"] }, { sshKeys: ["k 3"] }, live)).toEqual({ sshKeys: ["k 3", "k foreign"] });
  });
  it("replaces unions whole", () => {
    const live = { image: { source: { file: "/a" }, format: "raw" } };
    expect(merge(live, { image: { name: "tiny" } }, live)).toEqual({ image: { name: "tiny" } });
  });
  it("takes a live value of another shape as absent", () => {
    expect(merge({}, { interfaces: [{ name: "a" }] }, { interfaces: 7 })).toEqual({ interfaces: [{ name: "a" }] });
    expect(merge({}, { resources: { vcpu: 1 } }, { resources: [1] })).toEqual({ resources: { vcpu: 1 } });
    expect(merge(null, { resources: { vcpu: 1 } }, null)).toEqual({ resources: { vcpu: 1 } });
  });
  it("remembers which fields, not what was in them", () => {
    const wanted = {
      cloudInit: { userData: "secret" },
      image: { name: "x" },
      interfaces: [{ name: "a", network: "n" }],
      sshKeys: ["k 1"],
    };
    expect(outline(schema, wanted)).toEqual({
      cloudInit: { userData: null },
      image: null,
      interfaces: [{ name: "a", network: null }],
      sshKeys: ["k 1"],
    });
  });
});

const word = fc.constantFrom("a", "b", "c", "__proto__", "constructor", "toString");
const spec = fc.record(
  {
    runStrategy: fc.constantFrom("Always", "Halted"),
    hostname: word,
    resources: fc.record(
      { vcpu: fc.nat(4), memory: fc.constantFrom("1Gi", 5), CUSTOM_A: fc.nat(3) },
      { requiredKeys: [] },
    ),
    interfaces: fc.uniqueArray(
      fc.record({ name: word, network: word, addresses: fc.uniqueArray(word) }, { requiredKeys: ["name"] }),
      { selector: ({ name }) => name },
    ),
    sshKeys: fc.uniqueArray(word),
    hypervisorSelector: fc.dictionary(word, word, { noNullPrototype: true }),
    tomorrow: fc.anything({ maxDepth: 1 }).map((value) => JSON.parse(JSON.stringify(value ?? null))),
  },
  { requiredKeys: [] },
);
const seed = testSeed();
const options = { seed, numRuns: 300 };

describe("whatever the three sides are", () => {
  it("a second apply of the same changes nothing", () => {
    fc.assert(
      fc.property(spec, spec, spec, (before, wanted, live) => {
        const once = merge(before, wanted, live);
        expect(merge(wanted, wanted, once)).toEqual(once);
      }),
      options,
    );
  });
  it("applying what stands there changes nothing", () => {
    fc.assert(
      fc.property(spec, spec, (before, live) => {
        expect(merge(before, live, live)).toEqual(live);
      }),
      options,
    );
  });
  it("without others, the result is what is wanted", () => {
    fc.assert(
      fc.property(spec, spec, (before, wanted) => {
        expect(sorted(merge(before, wanted, before))).toEqual(sorted(wanted));
      }),
      options,
    );
  });
  it("what others set and nobody applied stays", () => {
    fc.assert(
      fc.property(spec, spec, word, (before, wanted, hostname) => {
        const { hostname: _a, ...last } = before as Record<string, unknown>;
        const { hostname: _b, ...now } = wanted as Record<string, unknown>;
        expect(merge(last, now, { ...last, hostname })).toMatchObject({ hostname });
      }),
      options,
    );
  });
  it("the sides are left alone and no prototype is touched", () => {
    fc.assert(
      fc.property(spec, spec, spec, (before, wanted, live) => {
        const texts = JSON.stringify([before, wanted, live]);
        merge(before, wanted, live);
        expect(JSON.stringify([before, wanted, live])).toBe(texts);
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      options,
    );
  });
  it("labels called __proto__ are labels", () => {
    const hostile = JSON.parse('{"__proto__": {"polluted": true}, "a": "b"}');
    const merged = threeWay(Labels, { last: hostile, wanted: hostile, live: { c: "d" } }) as object;
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(Object.keys(merged).sort()).toEqual(["__proto__", "a", "c"]);
  });
});

/** Sets of words in order, wherever they are, so that two of them compare. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.every((it) => typeof it === "string") ? [...value].sort() : value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([field, item]) => [field, sorted(item)]));
}

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leavesOf } from "../../resources/ownership/leaves.ts";
import { ownedPart } from "../../resources/ownership/owned-document.ts";
import { testSeed } from "../support/seed.ts";
import { type Doc, OwnedWorld, schema } from "./owned-world.ts";

const word = fc.constantFrom("a", "b", "c", "__proto__", "constructor", "toString", "", "x".repeat(300));
const map = fc.dictionary(word, word, { noNullPrototype: true });
const spec = fc.record(
  {
    runStrategy: fc.constantFrom("Always", "Halted"),
    hostname: word,
    resources: fc.record(
      { vcpu: fc.nat(4), memory: fc.constantFrom("1Gi", 1073741824, 5), CUSTOM_A: fc.nat(3) },
      { requiredKeys: [] },
    ),
    interfaces: fc.uniqueArray(
      fc.record({ name: word, network: word, addresses: fc.uniqueArray(word) }, { requiredKeys: ["name"] }),
      { selector: ({ name }) => name },
    ),
    image: fc.constantFrom({ name: "a" }, { source: { file: "/a" } }),
    sshKeys: fc.uniqueArray(word),
    hypervisorSelector: map,
    tomorrow: fc.anything({ maxDepth: 1 }).map((value) => JSON.parse(JSON.stringify(value ?? null))),
  },
  { requiredKeys: [] },
);
const doc: fc.Arbitrary<Doc> = fc.record({ metadata: fc.record({ labels: map, annotations: map }), spec });
/** Without what nobody knows, as every manifest is. */
const known = doc.map(({ metadata = {}, spec: fields = {} }): Doc => {
  const { tomorrow: _unknown, ...rest } = fields;
  return { metadata, spec: rest };
});
const managers = ["ci", "admin", "gitops"] as const;
const step = fc.record({
  manager: fc.constantFrom(...managers),
  operation: fc.constantFrom("apply", "force", "update"),
  doc,
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
const history = fc.array(step, { maxLength: 6 });
const options = { seed: testSeed(), numRuns: 100 };

function worldAfter(steps: readonly Step[]): OwnedWorld {
  const world = new OwnedWorld();
  for (const { manager, operation, doc: it } of steps) {
    if (operation === "update") world.update(manager, it);
    else world.apply(manager, it, operation === "force");
  }
  return world;
}
const leaves = ({ metadata = {}, spec: fields = {} }: Doc) => leavesOf(schema, ownedPart({ metadata, spec: fields }));
const isEmpty = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0;
const values = (it: Doc) => [...leaves(it)].map(([path, { value }]) => `${path} ${JSON.stringify(value)}`).sort();

describe("whatever happened before", () => {
  it("a second apply of the same changes nothing", () => {
    fc.assert(
      fc.property(history, doc, (steps, wanted) => {
        const world = worldAfter(steps);
        world.apply("ci", wanted, true);
        const once = world.object;
        expect(world.apply("ci", wanted)).toEqual([]);
        expect(world.object).toEqual(once);
      }),
      options,
    );
  });

  it("nobody's field disappears or changes by another's apply without force", () => {
    fc.assert(
      fc.property(history, doc, (steps, wanted) => {
        const world = worldAfter(steps);
        const before = leaves(world.document);
        const theirs = world.managed.filter(({ manager }) => manager !== "ci").flatMap(({ fields }) => fields);
        world.apply("ci", wanted);
        const now = leaves(world.document);
        for (const path of theirs) {
          // One who owns an empty list owns no item of it.
          if (before.has(path) && !isEmpty(before.get(path)?.value))
            expect([path, now.get(path)?.value]).toEqual([path, before.get(path)?.value]);
        }
        expect(world.managed.filter(({ manager }) => manager !== "ci").flatMap(({ fields }) => fields)).toEqual(theirs);
      }),
      options,
    );
  });

  it("everything wanted is there and owned afterwards", () => {
    fc.assert(
      fc.property(history, doc, (steps, wanted) => {
        const world = worldAfter(steps);
        world.apply("ci", wanted, true);
        const now = leaves(world.document);
        const own = world.managed.find(({ manager, operation }) => manager === "ci" && operation === "Apply");
        const isKnown = (path: string) => path !== "spec.tomorrow";
        expect((own?.fields ?? []).filter(isKnown)).toEqual([...leaves(wanted).keys()].filter(isKnown).sort());
        for (const [path, { value }] of leaves(wanted)) {
          if (!isEmpty(value)) expect(now.has(path)).toBe(true);
        }
      }),
      options,
    );
  });

  it("who leaves everything out leaves nothing of its own behind", () => {
    fc.assert(
      fc.property(history, known, (steps, wanted) => {
        const world = worldAfter(steps);
        const before = values(world.document);
        const managed = world.managed;
        world.apply("newcomer", wanted, false);
        world.apply("newcomer", {});
        expect(world.managed).toEqual(managed);
        const now = new Set(values(world.document));
        expect(before.filter((line) => !now.has(line))).toEqual([]);
      }),
      options,
    );
  });
});

describe("a field that nobody knows any more", () => {
  it("stays whose and what it was by applies that cannot name it", () => {
    fc.assert(
      fc.property(
        history,
        fc.array(fc.tuple(fc.constantFrom(...managers), known), { maxLength: 4 }),
        (steps, later) => {
          const world = worldAfter(steps);
          const seen = () => [world.document.spec?.["tomorrow"], world.owners("spec.tomorrow")];
          const before = seen();
          for (const [manager, wanted] of later) world.apply(manager, wanted, true);
          expect(seen()).toEqual(before);
        },
      ),
      options,
    );
  });
});

describe("two who never name the same", () => {
  const half = (it: Doc, keep: (index: number) => boolean): Doc => ({
    metadata: Object.fromEntries(Object.entries(it.metadata ?? {}).filter((_, index) => keep(index))),
    spec: Object.fromEntries(Object.entries(it.spec ?? {}).filter(([name]) => keep(name.length))),
  });
  it("may come in any order", () => {
    fc.assert(
      fc.property(doc, doc, (one, other) => {
        const [even, odd] = [half(one, (n) => n % 2 === 0), half(other, (n) => n % 2 === 1)];
        const [first, second] = [new OwnedWorld(), new OwnedWorld()];
        expect([first.apply("ci", even), first.apply("admin", odd)]).toEqual([[], []]);
        expect([second.apply("admin", odd), second.apply("ci", even)]).toEqual([[], []]);
        expect(values(first.document)).toEqual(values(second.document));
        expect(first.managed).toEqual(second.managed);
      }),
      options,
    );
  });
});

describe("hostile keys", () => {
  it("touch no prototype, and what is given is left alone", () => {
    fc.assert(
      fc.property(history, doc, (steps, wanted) => {
        const text = JSON.stringify([steps, wanted]);
        const world = worldAfter(steps);
        const before = JSON.stringify(world.object);
        const { object } = world;
        world.apply("ci", wanted, true);
        expect(JSON.stringify(object)).toBe(before);
        expect(JSON.stringify([steps, wanted])).toBe(text);
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      options,
    );
  });
});

import fc from "fast-check";
import { Check } from "typebox/value";
import { describe, expect, it } from "vitest";
import { allocationKey, providerKey, usageKey } from "../../../placement/embedded/keys.ts";
import {
  AllocationRecord,
  decodePlacementRecord,
  ProviderRecord,
  UsageRecord,
} from "../../../placement/embedded/records.ts";
import { anInventory, uuid } from "../examples.ts";

const RECORDS = [
  {
    key: providerKey(uuid(1)),
    schema: ProviderRecord,
    record: {
      ...{ uuid: uuid(1), name: "host-1", generation: 0, parent: null, root: uuid(1) },
      ...{ inventories: { VCPU: anInventory(4) }, traits: ["T"], aggregates: [uuid(7)] },
    },
  },
  { key: usageKey(uuid(1)), schema: UsageRecord, record: { used: { VCPU: 2 }, generation: 3 } },
  {
    key: allocationKey(uuid(2)),
    schema: AllocationRecord,
    record: {
      ...{ consumer: uuid(2), generation: 1, type: "INSTANCE", project: "p", user: "u" },
      allocations: { [uuid(1)]: { resources: { VCPU: 2 } } },
    },
  },
] as const;

/** Every place in a value, the value itself included. */
function placesOf(value: unknown): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [[]];
  const below = Object.entries(value).flatMap(([name, item]) => placesOf(item).map((place) => [name, ...place]));
  return [[], ...below];
}

function replaced(value: unknown, [name, ...rest]: readonly string[], by: unknown): unknown {
  if (name === undefined) return by;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...value] : { ...(value as object) };
  return Object.assign(copy, { [name]: replaced((value as Record<string, unknown>)[name], rest, by) });
}

const anything = fc.oneof(
  fc.constantFrom(undefined, null, 0, -1, 0.5, 2 ** 53, "", "x", [], [1], {}, { x: 1 }, true, uuid(9)),
  fc.jsonValue(),
);

describe.each(RECORDS)("a record under $key", ({ key, schema, record }) => {
  it("is read as it stands", () => {
    expect(decodePlacementRecord(key, JSON.stringify(record))).toMatchObject({ ok: true, value: { record } });
  });

  it("is refused, with a place, exactly when it does not match its schema, whatever is wrong with it", () => {
    const places = placesOf(record);
    fc.assert(
      fc.property(fc.constantFrom(...places), anything, (place, by) => {
        const text = JSON.stringify(replaced(record, place, by)) ?? "null";
        const decoded = decodePlacementRecord(key, text);
        const isMisplaced = !decoded.ok && decoded.problem.startsWith("record belongs under");
        expect(decoded.ok || isMisplaced).toBe(Check(schema, JSON.parse(text)));
        if (!decoded.ok) expect(decoded.problem).not.toBe("");
      }),
      { numRuns: 500 },
    );
  });
});

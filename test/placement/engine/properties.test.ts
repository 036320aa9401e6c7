import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { AllocationRequest, CandidatesQuery } from "../../../placement/candidates-query.ts";
import { accepts } from "../../../placement/capacity.ts";
import { Budget } from "../../../placement/engine/candidates/budget.ts";
import { findCandidates } from "../../../placement/engine/candidates/find-candidates.ts";
import { refusalExplainer } from "../../../placement/engine/explain/explain-refusal.ts";
import type { ProviderRecord } from "../../../placement/engine/records.ts";
import type { PlacementState } from "../../../placement/engine/state.ts";
import { seededRandom, testSeed } from "../../support/seed.ts";
import { canonicalRequest } from "../differential/answer.ts";
import { Dice } from "../differential/dice.ts";
import { stateOf } from "../differential/engine-answer.ts";
import { randomQuery } from "../differential/random-query.ts";
import { randomWorld } from "../differential/random-world.ts";
import { anInventory } from "../examples.ts";
import { aGroup, childRecord, providerRecord, stateWith } from "./examples.ts";

const SHARING = "MISC_SHARES_VIA_AGGREGATE";
const text = ({ allocations, mappings }: AllocationRequest): string => canonicalRequest(allocations, mappings);

describe("findCandidates, for random worlds and queries", () => {
  function forAll(check: (state: PlacementState, query: CandidatesQuery, dice: Dice) => void): void {
    const dice = new Dice(seededRandom(testSeed()));
    for (let n = 0; n < 400; n++) {
      const world = randomWorld(dice);
      check(stateOf(world), randomQuery(dice, world), dice);
    }
  }

  test("a limit gives so many of the full answer, wherever it starts, with the summaries of their trees", () => {
    forAll((state, query, dice) => {
      const all = new Set(findCandidates(state, query).requests.map(text));
      const limit = dice.number(1, 5);
      const { requests, summaries } = findCandidates(state, { ...query, limit }, { start: dice.number(0, 99) });
      expect(requests).toHaveLength(Math.min(limit, all.size));
      expect(new Set(requests.map(text)).size).toBe(requests.length);
      for (const request of requests) {
        for (const uuid of Object.keys(request.allocations)) expect(summaries.has(uuid)).toBe(true);
      }
      for (const request of requests) expect(all).toContain(text(request));
    });
  });

  test("a host that stands alone answers as it does where somebody shares with others", () => {
    forAll((state, query) => {
      const flat = [...state.providers()].map(({ record }) => ({ ...record, parent: null, root: record.uuid }));
      const alone = flat.map(({ traits, ...record }) => ({ ...record, traits: traits.filter((it) => it !== SHARING) }));
      const stranger = providerRecord(9_999, { traits: [SHARING] });
      const answers = (...records: ProviderRecord[]) =>
        findCandidates(stateWith(...records), query)
          .requests.map(text)
          .sort();
      expect(answers(...alone)).toEqual(answers(...alone, stranger));
    });
  });

  test("every answer is one that can be allocated, with all that was asked for", () => {
    forAll((state, query) => {
      const asked = totals(query.groups.map(({ resources }) => resources));
      for (const { allocations } of findCandidates(state, query).requests) {
        expect(totals(Object.values(allocations))).toEqual(asked);
        for (const [uuid, resources] of Object.entries(allocations)) expectRoom(state, query, uuid, resources);
      }
    });
  });

  test("there is an answer exactly when some root is not explained away", () => {
    forAll((state, query) => {
      const explain = refusalExplainer(state, query);
      const serves = state.roots().some(({ record }) => explain(record.uuid).length === 0);
      expect(findCandidates(state, query).requests.length > 0).toBe(serves);
    });
  });
});

describe("findCandidates, for hostile queries", () => {
  const groups = (count: number, resources: Record<string, number>) =>
    Array.from({ length: count }, (_, n) => aGroup(`_${n}`, resources));
  const device = (n: number, total: number): ProviderRecord =>
    childRecord(n, 1, 1, { inventories: { VGPU: anInventory(total), CUSTOM_A: anInventory(total, { maxUnit: 1 }) } });
  const devices = (count: number, total: number): PlacementState =>
    stateWith(providerRecord(1), ...Array.from({ length: count }, (_, n) => device(n + 2, total)));

  /** Steps of the searches of a test; see budget.ts. */
  let steps: number;
  beforeEach(() => {
    steps = 0;
    const { step } = Budget.prototype;
    vi.spyOn(Budget.prototype, "step").mockImplementation(function (this: Budget, count = 1) {
      steps += count;
      return step.call(this, count);
    });
  });
  afterEach(() => vi.restoreAllMocks());

  test("50 isolated groups over 49 providers: none, at once", () => {
    const query: CandidatesQuery = { groups: groups(50, { VGPU: 1 }), groupPolicy: "isolate" };
    expect(findCandidates(devices(49, 9), query)).toMatchObject({ requests: [], cut: false });
    // Each provider is looked at for each group, and no combination is tried.
    expect(steps).toBe(1 + 50 * 50);
  });

  test("50 groups that 50 providers hold in 50! ways: as many as the limit", () => {
    const query: CandidatesQuery = { groups: groups(50, { VGPU: 1 }), groupPolicy: "isolate", limit: 10 };
    expect(findCandidates(devices(50, 1), query).requests).toHaveLength(10);
    expect(steps).toBeLessThan(20_000);
  });

  test("50 groups that do not fit in sum: none, at once", () => {
    const query: CandidatesQuery = { groups: groups(50, { VGPU: 1 }), groupPolicy: "none" };
    expect(findCandidates(devices(7, 7), query)).toMatchObject({ requests: [], cut: false });
    expect(steps).toBe(1 + 50 * 8);
  });

  test("what nobody can search is refused, and other trees are still answered from", () => {
    // Room for all in sum, but one unit at a time: what fails shows at the ninth of the groups only.
    const query: CandidatesQuery = { groups: groups(50, { CUSTOM_A: 1 }), groupPolicy: "none", limit: 1 };
    const state = devices(8, 100);
    expect(() => findCandidates(state, query)).toThrow(
      expect.objectContaining({
        code: "too_complex",
        message: "the query has too many combinations to search: use fewer groups",
      }),
    );
    // What one tree may cost; the last step is the one that is refused.
    expect(steps).toBe(50_000);
    const roomy = providerRecord(500, { inventories: { CUSTOM_A: anInventory(100) } });
    state.apply({ kind: "provider", uuid: roomy.uuid, record: roomy });
    expect(findCandidates(state, query)).toMatchObject({ requests: [{}], cut: true });
  });
});

function totals(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const resources of all)
    for (const [name, amount] of Object.entries(resources)) sums[name] = (sums[name] ?? 0) + amount;
  return sums;
}

/** A sum of several groups may be off step or below: upstream does not look at these again. */
function expectRoom(
  state: PlacementState,
  query: CandidatesQuery,
  uuid: string,
  resources: Readonly<Record<string, number>>,
): void {
  const node = state.provider(uuid);
  const single = query.groups.length === 1;
  for (const [name, amount] of Object.entries(resources)) {
    const inventory = node?.record.inventories[name];
    const judged = inventory && (single ? inventory : { ...inventory, stepSize: 1, minUnit: 1 });
    expect(judged && accepts(judged, node?.usage.used[name] ?? 0, amount)).toBe(true);
  }
}

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Candidate, Consumer, Placement, ProviderState } from "../../placement/placement.ts";
import { TRAIT_DISABLED } from "../../placement/placement.ts";
import type { TransactionPart } from "../../store/transaction-part.ts";
import { aConsumer, anInventory, aProvider, aRequest, candidateOn, uuid } from "../placement/examples.ts";
import { describeCandidates } from "./placement-candidates.ts";
import { describeQueries } from "./placement-queries.ts";

/** An implementation, with a server behind it. */
export interface PlacementWorld {
  /** An empty Placement; what the one before held is gone. */
  open(): Promise<Placement>;
  /** Makes a part true and waits until `placement` sees it. False: a compare was lost. */
  commit(placement: Placement, part: TransactionPart): Promise<boolean>;
  /** Puts a provider below another, which controllers cannot; `placement` sees it afterwards. */
  nest(placement: Placement, child: ProviderState, parent: string): Promise<void>;
  stop(): Promise<void>;
  /** Where implementations are allowed to differ; each is explained where it is used. */
  readonly differences: PlacementDifferences;
}
export interface PlacementDifferences {
  /** Whether the effect of a claim is there before its part is committed. */
  readonly actsAtOnce: boolean;
  /** Whether a consumer on a provider that is over its capacity may still go down. */
  readonly shrinksOverCapacity: boolean;
}

/** What callers may rely on, whichever Placement they have. */
export function describePlacement(name: string, start: () => Promise<PlacementWorld>): void {
  describe(`Placement: ${name}`, () => {
    let world: PlacementWorld;
    let placement: Placement;
    const at = (): { world: PlacementWorld; placement: Placement } => ({ world, placement });

    beforeAll(async () => {
      world = await start();
    });
    afterAll(() => world.stop());
    beforeEach(async () => {
      placement = await world.open();
    });
    afterEach(() => placement.close());

    describe("providers", () => describeProviders(at));
    describe("candidates", () => describeCandidates(() => placement, claimer(at)));
    describe("queries", () => describeQueries(at, claimer(at)));
    describe("allocations", () => describeAllocations(at));
  });
}

type At = () => { readonly world: PlacementWorld; readonly placement: Placement };

/** Claims and makes it true. */
const claimer =
  (at: At) =>
  async (consumer: Consumer, candidate: Candidate): Promise<void> => {
    const { world, placement } = at();
    expect(await world.commit(placement, await placement.claim(consumer, candidate))).toBe(true);
  };

function describeProviders(at: At): void {
  it("are created, seen as given, and changed", async () => {
    const { placement } = at();
    const first = aProvider(1, { traits: ["COMPUTE_NODE", "CUSTOM_FAST"], aggregates: [uuid(50)] });
    await placement.ensureProvider(first);
    const view = await placement.provider(uuid(1));
    expect(view).toMatchObject(first);
    expect(view?.used).toEqual({ VCPU: 0, MEMORY_MB: 0, DISK_GB: 0 });

    const VCPU = anInventory(8, { reserved: 1, minUnit: 2, maxUnit: 4, stepSize: 2, allocationRatio: 4 });
    const next = aProvider(1, { name: "renamed", inventories: { VCPU, CUSTOM_GPU: anInventory(2) } });
    await placement.ensureProvider(next);
    const changed = await placement.provider(uuid(1));
    expect(changed).toMatchObject(next);
    expect(changed?.inventories).toEqual(next.inventories);
    expect(changed?.generation).toBeGreaterThan(view?.generation ?? Number.POSITIVE_INFINITY);
  });

  it("keep their generation when nothing differs", async () => {
    const { placement } = at();
    const state = aProvider(1, { traits: ["CUSTOM_B", "CUSTOM_A"] });
    await placement.ensureProvider(state);
    const before = await placement.provider(uuid(1));
    await placement.ensureProvider({ ...state, traits: ["CUSTOM_A", "CUSTOM_B"] });
    expect(await placement.provider(uuid(1))).toEqual(before);
  });

  it("are undefined when there is none, and absent ones are removed with success", async () => {
    const { placement } = at();
    expect(await placement.provider(uuid(1))).toBeUndefined();
    await placement.removeProvider(uuid(1));
    await placement.ensureProvider(aProvider(1));
    await placement.removeProvider(uuid(1));
    expect(await placement.provider(uuid(1))).toBeUndefined();
    expect((await placement.candidates(aRequest())).candidates).toEqual([]);
  });

  it("are listed by uuid and name", async () => {
    const { placement } = at();
    expect(await placement.ownProviders()).toEqual([]);
    for (const n of [2, 1]) await placement.ensureProvider(aProvider(n));
    const listed = [...(await placement.ownProviders())].sort((a, b) => a.uuid.localeCompare(b.uuid));
    expect(listed).toEqual([1, 2].map((n) => ({ uuid: uuid(n), name: `host-${n}` })));
  });

  it("share no name", async () => {
    const { placement } = at();
    await placement.ensureProvider(aProvider(1));
    const twin = placement.ensureProvider(aProvider(2, { name: "host-1" }));
    await expect(twin).rejects.toMatchObject({ code: "Conflict" });
  });

  it.each<[string, Partial<ProviderState>]>([
    ["an unknown standard trait", { traits: ["HW_NO_SUCH_TRAIT"] }],
    ["an unknown standard class", { inventories: { GPU: anInventory(1) } }],
    ["nothing in total", { inventories: { VCPU: anInventory(0) } }],
    ["more reserved than there is", { inventories: { VCPU: anInventory(2, { reserved: 3 }) } }],
    ["a uuid that is none", { uuid: "host-1" }],
  ])("are refused with %s", async (_, wrong) => {
    const refused = at().placement.ensureProvider(aProvider(1, wrong));
    await expect(refused).rejects.toMatchObject({ name: "PlacementError", code: "InvalidRequest" });
  });

  it("may reserve everything", async () => {
    const { placement } = at();
    await placement.ensureProvider(aProvider(1, { inventories: { VCPU: anInventory(2, { reserved: 2 }) } }));
    expect((await placement.candidates(aRequest({ resources: { VCPU: 1 } }))).candidates).toEqual([]);
  });

  it("stay, with the classes in use, while something is allocated from them; shrinking is allowed", async () => {
    const { placement } = at();
    const claim = claimer(at);
    await placement.ensureProvider(aProvider(1));
    await claim(aConsumer(100), candidateOn(1));
    await expect(placement.removeProvider(uuid(1))).rejects.toMatchObject({ code: "InUse" });
    const withoutDisk = aProvider(1, { inventories: { VCPU: anInventory(4), MEMORY_MB: anInventory(1024) } });
    await expect(placement.ensureProvider(withoutDisk)).rejects.toMatchObject({ code: "InUse" });
    const small = { ...aProvider(1).inventories, MEMORY_MB: anInventory(64) };
    await placement.ensureProvider(aProvider(1, { inventories: small }));
    expect((await placement.provider(uuid(1)))?.used).toEqual({ VCPU: 1, MEMORY_MB: 512, DISK_GB: 5 });
  });

  it("take the traits of a state whose inventories are refused: a cordon does not wait", async () => {
    const { placement } = at();
    await placement.ensureProvider(aProvider(1));
    await claimer(at)(aConsumer(100), candidateOn(1));
    const wanted = aProvider(1, { inventories: { VCPU: anInventory(4) }, traits: [TRAIT_DISABLED] });
    await expect(placement.ensureProvider(wanted)).rejects.toMatchObject({ code: "InUse" });
    expect(await placement.provider(uuid(1))).toMatchObject({
      traits: [TRAIT_DISABLED],
      inventories: aProvider(1).inventories,
    });
  });
}

function describeAllocations(at: At): void {
  it("are held, shown, counted in the usage and given back", async () => {
    const { world, placement } = at();
    await placement.ensureProvider(aProvider(1));
    expect(await placement.allocation(uuid(100))).toBeUndefined();
    await claimer(at)(aConsumer(100), candidateOn(1));
    expect(await placement.allocation(uuid(100))).toEqual({
      consumer: uuid(100),
      generation: 1,
      allocations: candidateOn(1).allocations,
    });
    expect((await placement.provider(uuid(1)))?.used).toEqual(aRequest().resources);
    expect(await placement.consumersOf(uuid(1))).toEqual([uuid(100)]);
    expect(await world.commit(placement, await placement.release(uuid(100)))).toBe(true);
    expect(await placement.allocation(uuid(100))).toBeUndefined();
    expect(await placement.consumersOf(uuid(1))).toEqual([]);
    expect((await placement.provider(uuid(1)))?.used).toEqual({ VCPU: 0, MEMORY_MB: 0, DISK_GB: 0 });
  });

  it("are released twice without harm, and can be claimed anew", async () => {
    const { world, placement } = at();
    await placement.ensureProvider(aProvider(1));
    for (let round = 0; round < 3; round++) {
      await claimer(at)(aConsumer(100), candidateOn(1));
      expect(await world.commit(placement, await placement.release(uuid(100)))).toBe(true);
      const again = await placement.release(uuid(100));
      expect(again.writes).toEqual([]);
      expect(await world.commit(placement, again)).toBe(true);
    }
  });

  it("exist only once committed in the embedded engine, and before the call returns elsewhere", async () => {
    const { world, placement } = at();
    await placement.ensureProvider(aProvider(1));
    const part = await placement.claim(aConsumer(100), candidateOn(1));
    expect(placement.needsIntent).toBe(world.differences.actsAtOnce);
    expect((await placement.allocation(uuid(100))) !== undefined).toBe(world.differences.actsAtOnce);
    expect(part.writes.length === 0).toBe(world.differences.actsAtOnce);
  });

  it("are the same when claimed twice alike, and a Conflict when claimed otherwise", async () => {
    const { placement } = at();
    await placement.ensureProvider(aProvider(1));
    await placement.ensureProvider(aProvider(2));
    await claimer(at)(aConsumer(100), candidateOn(1));
    await claimer(at)(aConsumer(100), candidateOn(1));
    expect((await placement.provider(uuid(1)))?.used).toEqual(aRequest().resources);
    const elsewhere = placement.claim(aConsumer(100), candidateOn(2));
    await expect(elsewhere).rejects.toMatchObject({ code: "Conflict" });
  });

  it("are given back as they were seen", async () => {
    const { world, placement } = at();
    await placement.ensureProvider(aProvider(1));
    await claimer(at)(aConsumer(100), candidateOn(1));
    const seen = await placement.allocation(uuid(100));
    if (!seen) throw new Error("nothing is held");
    expect(await world.commit(placement, await placement.releaseSeen(seen))).toBe(true);
    expect(await placement.allocation(uuid(100))).toBeUndefined();
    expect((await placement.releaseSeen(seen)).writes).toEqual([]);
  });

  it.each(["claimed again as they were", "resized", "released and claimed otherwise"])(
    "are a Conflict to whoever saw them before they were %s",
    async (how) => {
      const { world, placement } = at();
      await placement.ensureProvider(aProvider(1));
      await claimer(at)(aConsumer(100), candidateOn(1));
      const seen = await placement.allocation(uuid(100));
      if (!seen) throw new Error("nothing is held");
      const other = candidateOn(1, { VCPU: 2 });
      if (how === "claimed again as they were") await claimer(at)(aConsumer(100), candidateOn(1));
      else if (how === "resized") await world.commit(placement, await placement.resize(aConsumer(100), other));
      else {
        await world.commit(placement, await placement.release(uuid(100)));
        await claimer(at)(aConsumer(100), other);
      }
      await expect(placement.releaseSeen(seen)).rejects.toMatchObject({ code: "Conflict" });
      expect(await placement.allocation(uuid(100))).toBeDefined();
    },
  );

  it("fit on top of each other until the provider is full: NoCapacity", async () => {
    const { placement } = at();
    await placement.ensureProvider(aProvider(1));
    await claimer(at)(aConsumer(100), candidateOn(1));
    await claimer(at)(aConsumer(101), candidateOn(1));
    const third = placement.claim(aConsumer(102), candidateOn(1));
    await expect(third).rejects.toMatchObject({ code: "NoCapacity" });
    expect(await placement.allocation(uuid(102))).toBeUndefined();
  });

  it.each<[string, Record<string, number>, string]>([
    ["below min_unit", { VCPU: 1 }, "NoCapacity"],
    ["above max_unit", { VCPU: 6 }, "NoCapacity"],
    ["off step_size", { VCPU: 3 }, "NoCapacity"],
    ["of a class the provider has not", { VCPU: 2, DISK_GB: 1 }, "NoCapacity"],
    ["of a class nobody knows", { CUSTOM_UNHEARD_OF: 1 }, "InvalidRequest"],
    ["of nothing", { VCPU: 0 }, "InvalidRequest"],
  ])("are refused for an amount %s", async (_, resources, code) => {
    const { placement } = at();
    const VCPU = anInventory(16, { minUnit: 2, maxUnit: 4, stepSize: 2 });
    await placement.ensureProvider(aProvider(1, { inventories: { VCPU } }));
    const claim = placement.claim(aConsumer(100), candidateOn(1, resources));
    await expect(claim).rejects.toMatchObject({ name: "PlacementError", code });
  });

  it("on a provider that vanished are a Conflict, and leave the consumer free to claim elsewhere", async () => {
    const { placement } = at();
    await placement.ensureProvider(aProvider(1));
    await expect(placement.claim(aConsumer(100), candidateOn(2))).rejects.toMatchObject({ code: "Conflict" });
    await claimer(at)(aConsumer(100), candidateOn(1));
  });

  it("grow and shrink by resize, the consumer's own amounts not counted against it", async () => {
    const { world, placement } = at();
    await placement.ensureProvider(aProvider(1));
    const resize = async (resources: Record<string, number>) =>
      world.commit(placement, await placement.resize(aConsumer(100), candidateOn(1, resources)));
    await expect(resize({ VCPU: 1 })).rejects.toMatchObject({ code: "Conflict" });
    await claimer(at)(aConsumer(100), candidateOn(1, { VCPU: 3, MEMORY_MB: 512 }));
    expect(await resize({ VCPU: 4, MEMORY_MB: 1024 })).toBe(true);
    expect((await placement.provider(uuid(1)))?.used).toEqual({ VCPU: 4, MEMORY_MB: 1024, DISK_GB: 0 });
    await expect(resize({ VCPU: 5, MEMORY_MB: 1024 })).rejects.toMatchObject({ code: "NoCapacity" });
    expect(await resize({ VCPU: 1, MEMORY_MB: 512, DISK_GB: 1 })).toBe(true);
    expect(await placement.allocation(uuid(100))).toMatchObject({ generation: 3 });
    expect((await placement.provider(uuid(1)))?.used).toEqual({ VCPU: 1, MEMORY_MB: 512, DISK_GB: 1 });
  });

  // Placement before 14.0.0 refuses every write that leaves a provider over its capacity, also one that helps.
  // The embedded engine has the later rule: a class may stay or go down.
  it("shrink on a provider that is over its capacity, unless that Placement is older than 14.0", async () => {
    const { world, placement } = at();
    await placement.ensureProvider(aProvider(1));
    await claimer(at)(aConsumer(100), candidateOn(1, { VCPU: 4 }));
    await placement.ensureProvider(aProvider(1, { inventories: { VCPU: anInventory(1) } }));
    const smaller = placement.resize(aConsumer(100), candidateOn(1, { VCPU: 2 }));
    if (world.differences.shrinksOverCapacity) expect(await world.commit(placement, await smaller)).toBe(true);
    else await expect(smaller).rejects.toMatchObject({ code: "NoCapacity" });
    await expect(placement.resize(aConsumer(100), candidateOn(1, { VCPU: 5 }))).rejects.toMatchObject({
      code: "NoCapacity",
    });
    expect(await world.commit(placement, await placement.release(uuid(100)))).toBe(true);
  });

  it("tell listeners when room appears, and not when it goes", async () => {
    const { world, placement } = at();
    let told = 0;
    const unsubscribe = placement.onChange(() => told++);
    await placement.ensureProvider(aProvider(1));
    expect(told).toBeGreaterThan(0);
    told = 0;
    await claimer(at)(aConsumer(100), candidateOn(1));
    expect(told).toBe(0);
    await world.commit(placement, await placement.release(uuid(100)));
    expect(told).toBeGreaterThan(0);
    unsubscribe();
    told = 0;
    await placement.ensureProvider(aProvider(2));
    expect(told).toBe(0);
  });

  it("are made for two consumers on top of each other through assuming()", async () => {
    const { world, placement } = at();
    await placement.ensureProvider(aProvider(1));
    const first = await placement.claim(aConsumer(100), candidateOn(1));
    const second = await placement.assuming(first).claim(aConsumer(101), candidateOn(1));
    const both = { compares: [...first.compares, ...second.compares], writes: [...first.writes, ...second.writes] };
    await expect(placement.assuming(both).claim(aConsumer(102), candidateOn(1))).rejects.toMatchObject({
      code: "NoCapacity",
    });
    expect(await world.commit(placement, both)).toBe(true);
    expect((await placement.provider(uuid(1)))?.used).toEqual({ VCPU: 2, MEMORY_MB: 1024, DISK_GB: 10 });
  });

  it("come to an end with their caller's signal", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(at().placement.candidates(aRequest(), signal)).rejects.toThrow("enough");
    await expect(at().placement.claim(aConsumer(1), candidateOn(1), signal)).rejects.toThrow("enough");
  });
}

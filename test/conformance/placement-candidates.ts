import { expect, it } from "vitest";
import type { Candidate, CandidatesRequest, Consumer, FlatRequest, Placement } from "../../placement/placement.ts";
import { TRAIT_DISABLED } from "../../placement/placement.ts";
import { queryOf } from "../../placement/query-of.ts";
import { aConsumer, anInventory, aProvider, aRequest, candidateOn, uuid } from "../placement/examples.ts";

/** Where a request may go, and the words for why it may not. */
export function describeCandidates(
  at: () => Placement,
  claim: (consumer: Consumer, candidate: Candidate) => Promise<void>,
): void {
  const hostsFor = async (request: CandidatesRequest): Promise<readonly string[]> =>
    (await at().candidates(request)).candidates.map(({ provider }) => provider).sort();

  it("are all providers with room, each with what to claim and what to score it by", async () => {
    await at().ensureProvider(aProvider(1, { traits: ["CUSTOM_FAST"] }));
    await at().ensureProvider(aProvider(2));
    await claim(aConsumer(100), candidateOn(1));
    const found = await at().candidates(aRequest());
    expect(found.candidates).toHaveLength(2);
    expect(found.candidates).toContainEqual(candidateOn(1));
    expect(found.candidates).toContainEqual(candidateOn(2));
    expect(found.providers[uuid(1)]).toEqual({
      ...{ uuid: uuid(1), parent: null, root: uuid(1) },
      capacity: { VCPU: 4, MEMORY_MB: 1024, DISK_GB: 20 },
      used: { VCPU: 1, MEMORY_MB: 512, DISK_GB: 5 },
      traits: ["CUSTOM_FAST"],
    });
    expect(found.reasons).toEqual([]);
  });

  it("respect reserved, allocation ratio, and fractions of a unit", async () => {
    const VCPU = anInventory(4, { reserved: 1, allocationRatio: 1.5 });
    await at().ensureProvider(aProvider(1, { inventories: { VCPU } }));
    expect(await hostsFor(aRequest({ resources: { VCPU: 4 } }))).toEqual([uuid(1)]);
    expect(await hostsFor(aRequest({ resources: { VCPU: 5 } }))).toEqual([]);
    const found = await at().candidates(aRequest({ resources: { VCPU: 1 } }));
    expect(found.providers[uuid(1)]?.capacity).toEqual({ VCPU: 4 });
  });

  it("follow traits, the pin and the limit", async () => {
    await at().ensureProvider(aProvider(1, { traits: ["CUSTOM_FAST", "HW_CPU_X86_AVX2"] }));
    await at().ensureProvider(aProvider(2, { traits: ["CUSTOM_FAST"] }));
    await at().ensureProvider(aProvider(3));
    expect(await hostsFor(aRequest({ required: ["CUSTOM_FAST"] }))).toEqual([uuid(1), uuid(2)]);
    expect(await hostsFor(aRequest({ required: ["CUSTOM_FAST", "HW_CPU_X86_AVX2"] }))).toEqual([uuid(1)]);
    expect(await hostsFor(aRequest({ required: ["CUSTOM_FAST"], forbidden: ["HW_CPU_X86_AVX2"] }))).toEqual([uuid(2)]);
    expect(await hostsFor(aRequest({ inTree: uuid(3) }))).toEqual([uuid(3)]);
    expect(await hostsFor(aRequest({ inTree: uuid(9) }))).toEqual([]);
    expect(await hostsFor(aRequest({ limit: 2 }))).toHaveLength(2);
  });

  it("never are cordoned hosts, counted as such", async () => {
    await at().ensureProvider(aProvider(1, { traits: [TRAIT_DISABLED] }));
    const found = await at().candidates(aRequest({ forbidden: [TRAIT_DISABLED] }));
    expect(found).toEqual({ candidates: [], providers: {}, reasons: [{ reason: "cordoned", count: 1 }] });
    await at().ensureProvider(aProvider(1));
    expect(await hostsFor(aRequest({ forbidden: [TRAIT_DISABLED] }))).toEqual([uuid(1)]);
  });

  it("are explained host by host, with numbers, and as if a consumer held nothing", async () => {
    for (const number of [1, 2, 3]) await at().ensureProvider(aProvider(number, { traits: ["CUSTOM_GPU"] }));
    await at().ensureProvider(aProvider(4, { traits: ["CUSTOM_GPU", TRAIT_DISABLED] }));
    await at().ensureProvider(aProvider(5));
    await claim(aConsumer(100), candidateOn(1, { MEMORY_MB: 600 }));
    await claim(aConsumer(101), candidateOn(2, { VCPU: 4 }));
    const query = queryOf(aRequest({ required: ["CUSTOM_GPU"], forbidden: [TRAIT_DISABLED] }));
    const hosts = async (without?: string) => {
      const { candidates, refused } = await at().explain({ query, without });
      const texts = [...refused].map(([host, refusals]) => [host, refusals.map(({ text }) => text).join("; ")]);
      return { fits: candidates.map(({ provider }) => provider).sort(), refused: Object.fromEntries(texts) };
    };
    const others = { [uuid(4)]: "cordoned", [uuid(5)]: "trait CUSTOM_GPU missing" };
    const noCpus = { [uuid(2)]: "vcpu: 1 asked, 0 free of 4 × 1.0" };
    const noMemory = { [uuid(1)]: "memory: 512 MiB asked, 424 free of 1024 × 1.0" };
    expect(await hosts()).toEqual({ fits: [uuid(3)], refused: { ...noMemory, ...noCpus, ...others } });
    expect(await hosts(aConsumer(100).uuid)).toEqual({ fits: [uuid(1), uuid(3)], refused: { ...noCpus, ...others } });
    expect(await at().allocation(aConsumer(100).uuid)).toBeDefined();
  });

  it("come with every reason counted when there are none", async () => {
    const tight = { ...aProvider(1).inventories, VCPU: anInventory(4, { minUnit: 2 }) };
    await at().ensureProvider(aProvider(1, { traits: ["CUSTOM_GPU"] }));
    await at().ensureProvider(aProvider(2, { traits: ["CUSTOM_GPU"] }));
    await at().ensureProvider(aProvider(3, { traits: ["CUSTOM_GPU", TRAIT_DISABLED] }));
    await at().ensureProvider(aProvider(4));
    await at().ensureProvider(aProvider(5, { traits: ["CUSTOM_GPU"], inventories: tight }));
    await at().ensureProvider(aProvider(6, { traits: ["CUSTOM_GPU"], inventories: { VCPU: anInventory(4) } }));
    await claim(aConsumer(100), candidateOn(1, { VCPU: 4, MEMORY_MB: 1024 }));
    await claim(aConsumer(101), candidateOn(2, { MEMORY_MB: 600 }));
    const request = aRequest({ required: ["CUSTOM_GPU"], forbidden: [TRAIT_DISABLED] });
    const found = await at().candidates(request);
    expect(found.candidates).toEqual([]);
    expect(found.reasons).toEqual([
      { reason: "insufficient MEMORY_MB", count: 2 },
      { reason: "VCPU below min_unit", count: 1 },
      { reason: "cordoned", count: 1 },
      { reason: "insufficient VCPU", count: 1 },
      { reason: "no DISK_GB", count: 1 },
      { reason: "no MEMORY_MB", count: 1 },
      { reason: "trait CUSTOM_GPU missing", count: 1 },
    ]);
    const pinned = await at().candidates({ ...request, inTree: uuid(4) });
    expect(pinned.reasons).toEqual([{ reason: "trait CUSTOM_GPU missing", count: 1 }]);
  });

  it("are none for a known trait or class that nobody has", async () => {
    await at().ensureProvider(aProvider(1));
    expect(await at().candidates(aRequest({ required: ["HW_CPU_X86_AVX512F"] }))).toMatchObject({
      candidates: [],
      reasons: [{ reason: "trait HW_CPU_X86_AVX512F missing", count: 1 }],
    });
    expect(await at().candidates(aRequest({ resources: { VGPU: 1 } }))).toMatchObject({
      candidates: [],
      reasons: [{ reason: "no VGPU", count: 1 }],
    });
  });

  it.each<[string, Partial<FlatRequest>]>([
    ["an unknown standard trait", { required: ["HW_NO_SUCH_TRAIT"] }],
    ["a custom trait nobody ever had", { required: ["CUSTOM_UNHEARD_OF"] }],
    ["a forbidden trait nobody ever had", { forbidden: ["CUSTOM_UNHEARD_OF"] }],
    ["an unknown standard class", { resources: { GPU: 1 } }],
    ["a custom class nobody ever had", { resources: { CUSTOM_UNHEARD_OF: 1 } }],
    ["nothing", { resources: {} }],
    ["a negative amount", { resources: { VCPU: -1 } }],
    ["half a unit", { resources: { VCPU: 0.5 } }],
    ["a trait both required and forbidden", { required: ["COMPUTE_NODE"], forbidden: ["COMPUTE_NODE"] }],
    ["a pin that is no uuid", { inTree: "host-1" }],
    ["a limit of 0", { limit: 0 }],
    ["a name that would end the query", { required: ["CUSTOM_A&limit=1"] }],
  ])("are refused for %s", async (_, wrong) => {
    await at().ensureProvider(aProvider(1));
    const refused = at().candidates(aRequest(wrong));
    await expect(refused).rejects.toMatchObject({ name: "PlacementError", code: "InvalidRequest" });
  });
}

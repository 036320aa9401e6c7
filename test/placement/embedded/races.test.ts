import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EmbeddedPlacement } from "../../../placement/embedded/embedded-placement.ts";
import { providerKey, usageKey } from "../../../placement/embedded/keys.ts";
import { openEmbeddedPlacement } from "../../../placement/embedded/open-embedded-placement.ts";
import { decodePlacementRecord } from "../../../placement/embedded/records.ts";
import type { Resources } from "../../../placement/placement.ts";
import { isPlacementError } from "../../../placement/placement-error.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { silentLog } from "../../../runtime/log.ts";
import type { Outcome, Store } from "../../../store/store.ts";
import { joinParts, type TransactionPart } from "../../../store/transaction-part.ts";
import { EtcdServer } from "../../support/etcd.ts";
import { eventually } from "../../support/eventually.ts";
import { seededRandom, testSeed } from "../../support/seed.ts";
import { aConsumer, anInventory, aProvider, aRequest, candidateOn, uuid } from "../examples.ts";

describe("several embedded engines on one etcd", () => {
  let etcd: EtcdServer;
  beforeAll(async () => {
    etcd = await EtcdServer.start();
  });
  afterAll(() => etcd.stop());

  const open = (store: Store) => openEmbeddedPlacement({ store, clock: systemClock, log: silentLog });
  const commit = (store: Store, part: TransactionPart): Promise<Outcome> => store.commit(joinParts(part));

  it("let exactly one of two have the last unit", async () => {
    const store = await etcd.store();
    const engines = [await open(store), await open(store)];
    const [first] = engines;
    for (let round = 1; round <= 10; round++) {
      await first?.ensureProvider(aProvider(round, { inventories: { VCPU: anInventory(1) } }));
      for (const engine of engines) await eventually(async () => (await engine.provider(uuid(round))) !== undefined);
      const parts = await Promise.all(
        engines.map((engine, i) => engine.claim(aConsumer(100 * round + i), candidateOn(round, { VCPU: 1 }))),
      );
      const outcomes = await Promise.all(parts.map((part) => commit(store, part)));
      expect(outcomes.map(({ kind }) => kind).sort()).toEqual(["committed", "stale"]);
      for (const engine of engines) {
        await engine.caughtUp(Math.max(...outcomes.map(revisionToSee)));
        const last = engine.claim(aConsumer(100 * round + 9), candidateOn(round, { VCPU: 1 }));
        await expect(last).rejects.toMatchObject({ code: "NoCapacity" });
      }
    }
    await Promise.all(engines.map((engine) => engine.close()));
  });

  it("never exceed a capacity, and keep every usage the sum of the allocations, in a random history", async () => {
    const random = seededRandom(testSeed());
    const store = await etcd.store();
    const engines = [await open(store), await open(store), await open(store)];
    const capacity: Resources = { VCPU: 7, MEMORY_MB: 10 };
    const inventories = { VCPU: anInventory(8, { reserved: 1 }), MEMORY_MB: anInventory(5, { allocationRatio: 2 }) };
    for (let n = 1; n <= PROVIDERS; n++) await engines[0]?.ensureProvider(aProvider(n, { inventories }));
    let committed = 0;
    for (let round = 0; round < 60; round++) {
      const outcomes = await Promise.all(engines.map((engine) => act(engine, store, random)));
      committed += outcomes.filter((outcome) => outcome === "committed").length;
      const { used, sums } = await readBack(store);
      expect(used).toEqual(sums);
      for (const provider of Object.values(sums))
        for (const [name, amount] of Object.entries(provider)) expect(amount).toBeLessThanOrEqual(capacity[name] ?? 0);
    }
    expect(committed).toBeGreaterThan(30);
    await Promise.all(engines.map((engine) => engine.close()));
  });

  it("refuse the commit of a claim that was computed before a cordon", async () => {
    const store = await etcd.store();
    const engine = await open(store);
    await engine.ensureProvider(aProvider(1));
    const part = await engine.claim(aConsumer(100), candidateOn(1));
    await engine.ensureProvider(aProvider(1, { traits: ["COMPUTE_STATUS_DISABLED"] }));
    expect(await commit(store, part)).toMatchObject({ kind: "stale" });
    await engine.close();
  });

  it("ensure one provider from all sides at once without a lost update", async () => {
    const store = await etcd.store();
    const engines = [await open(store), await open(store)];
    await Promise.all(
      engines.map((engine, i) =>
        engine.ensureProvider(aProvider(1, { traits: i === 0 ? ["CUSTOM_A"] : ["CUSTOM_B"] })),
      ),
    );
    const entry = await store.get(providerKey(uuid(1)));
    expect(JSON.parse(entry?.value ?? "")).toMatchObject({ uuid: uuid(1), generation: 3 });
    await Promise.all(engines.map((engine) => engine.close()));
  });

  it("write nothing for a provider that is as it should be", async () => {
    const store = await etcd.store();
    const engine = await open(store);
    await engine.ensureProvider(aProvider(1));
    const { revision } = await store.list(["placement/"]);
    await engine.ensureProvider(aProvider(1));
    expect((await store.list(["placement/"])).revision).toBe(revision);
    await engine.close();
  });

  it("quarantine a hostile record and serve from the others", async () => {
    const store = await etcd.store();
    const engine = await open(store);
    await engine.ensureProvider(aProvider(1));
    const deep = `{"uuid":${"[".repeat(50_000)}${"]".repeat(50_000)}}`;
    for (const [n, value] of ["not JSON", "[]", `{"uuid":"${uuid(1)}"}`, `{"__proto__":{"uuid":1}}`, deep].entries())
      await commit(store, { compares: [], writes: [{ op: "put", key: providerKey(uuid(10 + n)), value }] });
    await engine.ensureProvider(aProvider(2));
    const found = await engine.candidates(aRequest());
    expect(found.candidates.map(({ provider }) => provider)).toEqual([uuid(1), uuid(2)]);
    expect(found.reasons).toEqual([{ reason: "provider record unreadable", count: 5 }]);
    // What is ours to write we mend.
    await engine.ensureProvider(aProvider(10));
    expect((await engine.candidates(aRequest())).candidates).toHaveLength(3);
    await engine.close();
  });
});

const PROVIDERS = 3;
const CONSUMERS = 8;

/** What has to be seen before the next attempt: the newest thing the transaction made, or lost against. */
const revisionToSee = (outcome: Outcome): number =>
  outcome.kind === "committed"
    ? outcome.revision
    : Math.max(...[...outcome.current.values()].map((entry) => entry?.modRevision ?? 0));

/** One random claim, resize, release or pair of claims in one transaction. What is refused is an outcome too. */
async function act(engine: EmbeddedPlacement, store: Store, random: () => number): Promise<string> {
  const pick = (n: number): number => 1 + Math.floor(random() * n);
  const consumer = aConsumer(100 + pick(CONSUMERS));
  const candidate = candidateOn(pick(PROVIDERS), { VCPU: pick(4), MEMORY_MB: pick(5) });
  const other = aConsumer(100 + pick(CONSUMERS));
  const kind = pick(4);
  try {
    const part = await partOf();
    const outcome = await store.commit(joinParts(...part));
    // Sometimes the next decision is made on an old picture.
    if (random() < 0.7) await engine.caughtUp(revisionToSee(outcome));
    return outcome.kind;
  } catch (error) {
    if (!isPlacementError(error)) throw error;
    return error.code;
  }

  async function partOf(): Promise<readonly TransactionPart[]> {
    if (kind === 1) return [await engine.release(consumer.uuid)];
    if (kind === 2) return [await engine.resize(consumer, candidate)];
    const first = await engine.claim(consumer, candidate);
    return kind === 3 ? [first] : [first, await engine.assuming(first).claim(other, candidate)];
  }
}

/** Usage and the sums of allocations, by provider, as they stand in the store at one revision. */
async function readBack(store: Store): Promise<Record<"used" | "sums", Record<string, Record<string, number>>>> {
  const used: Record<string, Record<string, number>> = {};
  const sums: Record<string, Record<string, number>> = {};
  for (const { key, value } of (await store.list(["placement/"])).entries) {
    const decoded = decodePlacementRecord(key, value);
    if (!decoded.ok) throw new Error(`${key}: ${decoded.problem}`);
    if (decoded.value.kind === "usage") {
      used[key.slice(usageKey("").length)] = decoded.value.record.used;
      sums[key.slice(usageKey("").length)] ??= {};
    }
    if (decoded.value.kind !== "allocation") continue;
    for (const [provider, { resources }] of Object.entries(decoded.value.record.allocations)) {
      const sum = sums[provider] ?? {};
      for (const [name, amount] of Object.entries(resources)) sum[name] = (sum[name] ?? 0) + amount;
      sums[provider] = sum;
    }
  }
  return { used, sums };
}

import { randomUUID } from "node:crypto";
import { onTopOf } from "../../../controllers/scheduler/on-top-of.ts";
import type { CandidatesQuery } from "../../../placement/candidates-query.ts";
import { openEmbeddedPlacement } from "../../../placement/embedded/open-embedded-placement.ts";
import type { Candidates, Placement, PlacementView, ProviderState } from "../../../placement/placement.ts";
import { formatCandidatesQuery } from "../../../placement/query/format-candidates-query.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { silentLog } from "../../../runtime/log.ts";
import type { Store } from "../../../store/store.ts";
import { emptyPart, JoinedParts, type TransactionPart } from "../../../store/transaction-part.ts";
import { EtcdServer, WITH_FSYNC } from "../../../test/support/etcd.ts";
import type { Pair } from "./figures.ts";
import { claimAtServer, furnish, startPlacementWorld } from "./placement-world.ts";
import { closedLoop } from "./rate.ts";

export interface EmbeddedOptions {
  readonly hosts: number;
  /** Of each measurement. */
  readonly seconds: number;
}

/** As many claims go into one of the scheduler's transactions. */
const BATCH = 10;
const LIMIT = 32;
const CLIENTS = [1, 2, 4] as const;
const GROUP = { suffix: "", required: [], forbidden: [], memberOf: [], notMemberOf: [] };
const QUERY: CandidatesQuery = {
  groups: [{ ...GROUP, resources: { VCPU: 1, MEMORY_MB: 128, DISK_GB: 1 } }],
  limit: LIMIT,
};

/** Candidates and a claim, beside a real Placement with the same providers and the same query. */
export async function benchEmbedded(options: EmbeddedOptions): Promise<readonly Pair[]> {
  const providers = Array.from({ length: options.hosts }, (_, n) => provider(n));
  const embedded = await measureEmbedded(providers, options.seconds);
  const real = await measureReal(providers, options.seconds);
  const [clients, best] = real.toSorted(([, a], [, b]) => b - a)[0] ?? [0, Number.NaN];
  const title = `candidates and claim at ${options.hosts} hosts`;
  const beside = { what: `a real Placement 8.0, 2 workers, PostgreSQL, ${clients} clients`, value: best, unit: "/s" };
  const goal = { atLeast: options.hosts >= 1_000 ? 200 : 50 };
  const loops = real.map(([count, rate]) => `${count}: ${rate.toFixed(1)}/s`).join(", ");
  const batched = `embedded, committed to etcd (fsync), ${BATCH} in a transaction`;
  const single = { what: "embedded, committed to etcd, each by itself", value: embedded.single, unit: "/s" };
  const alone = { what: "embedded, in memory only", value: embedded.alone, unit: "/s" };
  return [
    { title, ours: { what: batched, value: embedded.batched, unit: "/s" }, beside, goal, notes: [`clients: ${loops}`] },
    { title: `${title}, a transaction for each`, ours: single, beside },
    { title: `${title}, nothing committed`, ours: alone, beside },
  ];
}

function provider(n: number): ProviderState {
  const inventory = (total: number) => ({
    ...{ total, reserved: 0, minUnit: 1, maxUnit: total, stepSize: 1, allocationRatio: 1 },
  });
  const inventories = { VCPU: inventory(4_000), MEMORY_MB: inventory(1_000_000), DISK_GB: inventory(20_000) };
  return { uuid: randomUUID(), name: `host-${n}`, inventories, traits: ["HW_CPU_X86_AVX2"], aggregates: [] };
}

async function measureReal(providers: readonly ProviderState[], seconds: number) {
  const world = await startPlacementWorld();
  try {
    await furnish(world, providers, "bench");
    const path = `/allocation_candidates?${formatCandidatesQuery(QUERY)}`;
    const rates: (readonly [number, number])[] = [];
    const turn = () => claimAtServer(world.server, path, randomUUID());
    await turn();
    for (const clients of CLIENTS) rates.push([clients, await closedLoop(clients, seconds, turn)]);
    return rates;
  } finally {
    await world.stop();
  }
}

async function measureEmbedded(providers: readonly ProviderState[], seconds: number) {
  const etcd = await EtcdServer.start({ flags: [WITH_FSYNC] });
  try {
    const store = await etcd.store();
    const placement = await openEmbeddedPlacement({ store, clock: systemClock, log: silentLog });
    try {
      for (const state of providers) await placement.ensureProvider(state);
      await inTurn(store, placement, seconds / 2);
      const batched = (await inTurn(store, placement, seconds)) * BATCH;
      const single = await closedLoop(1, seconds, async () => commit(store, placement, await claims(placement, 1)));
      const alone = (await closedLoop(1, seconds, async () => void (await claims(placement, BATCH)))) * BATCH;
      return { batched, single, alone };
    } finally {
      await placement.close();
    }
  } finally {
    await etcd.stop();
  }
}

/** Each batch made while the one before it is being written, and held to what that one wrote, as the scheduler does. Batches a second. */
async function inTurn(store: Store, placement: Placement, seconds: number): Promise<number> {
  let below: { readonly part: TransactionPart; readonly written: Promise<number> } | undefined;
  const rate = await closedLoop(1, seconds, async () => {
    const part = await claims(placement, BATCH, below?.part);
    const revision = await below?.written;
    const chained = below && revision !== undefined ? onTopOf(part, below.part, revision) : part;
    below = { part, written: write(store, chained) };
    if (revision !== undefined) await placement.caughtUp(revision);
  });
  await placement.caughtUp((await below?.written) ?? 0);
  return rate;
}

/** Each on top of those before it, and of those that are being written. */
async function claims(placement: Placement, size: number, below = emptyPart): Promise<TransactionPart> {
  const own = new JoinedParts();
  const all = new JoinedParts();
  all.add(below);
  for (let n = 0; n < size; n++) {
    const view: PlacementView = placement.assuming(all.part());
    const start = Math.floor(Math.random() * 1e9);
    const { candidates }: Candidates = await view.candidates({ query: QUERY, start });
    const chosen = candidates[Math.floor(Math.random() * candidates.length)];
    if (!chosen) throw new Error("the hosts are full");
    const claim = await view.claim({ uuid: randomUUID(), project: "p", user: "u" }, chosen);
    own.add(claim);
    all.add(claim);
  }
  return own.part();
}

async function commit(store: Store, placement: Placement, part: TransactionPart): Promise<void> {
  await placement.caughtUp(await write(store, part));
}

async function write(store: Store, part: TransactionPart): Promise<number> {
  const outcome = await store.commit(part);
  if (outcome.kind === "stale") throw new Error("nobody else writes here");
  return outcome.revision;
}

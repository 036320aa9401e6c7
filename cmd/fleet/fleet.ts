import { randomUUID } from "node:crypto";
import type { HostIdentity } from "../../controllers/node/heartbeat.ts";
import { type RunningNode, startNode } from "../../controllers/node/start-node.ts";
import { seededRandom } from "../../hypervisor/simulated/seeded-random.ts";
import { SimulatedHost } from "../../hypervisor/simulated/simulated-host.ts";
import { SimulatedHypervisor } from "../../hypervisor/simulated/simulated-hypervisor.ts";
import type { Amounts } from "../../resources/hypervisor.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Log } from "../../runtime/log.ts";
import type { Metrics } from "../../runtime/metrics.ts";
import { joinedCommits } from "../../store/joined-commits.ts";
import type { Store } from "../../store/store.ts";
import { inBatches } from "../vmctl/select/in-batches.ts";
import { Pace } from "./pace.ts";
import { pacedStore } from "./paced-store.ts";

export interface FleetOptions {
  readonly names: readonly string[];
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly identity: HostIdentity;
  readonly machineOf: (name: string) => string;
  readonly ttlSeconds: number;
  readonly capacity: Amounts;
  readonly bootMs: number;
  readonly shutdownMs: number;
  /** Share of the driver's calls that fail. */
  readonly failRate: number;
  readonly seed: number;
  readonly onBeat: (delayMs: number) => void;
  readonly signal: AbortSignal;
}

export interface RunningFleet {
  /** Hosts that hold their lease now. */
  held(): number;
  /** Leases are given back, guests end with the process; what is declared stays. */
  stop(): Promise<void>;
}

/** Reads of all hosts together, heartbeats apart. */
const READS_AT_ONCE = 32;
/** What the hosts have to say while so many requests are under way goes together in the next one. */
const COMMITS_AT_ONCE = 2;
/** With etcd away each waits out its deadline: those behind them should not have to wait for many of these. */
const BEATS_AT_ONCE = 16;
/** Keys one host works on at a time. */
const PASSES_AT_ONCE = 4;

/**
 * Starts one node controller after the other, some at a time, more slowly while heartbeats of those that run take long.
 * Fails with the first one's error; the others are stopped.
 */
export async function startFleet(given: FleetOptions): Promise<RunningFleet> {
  const { names, signal, clock, ttlSeconds } = given;
  const pace = new Pace({ clock, lateMs: (ttlSeconds * 1000) / 3 });
  const onBeat = (delayMs: number) => {
    pace.beat(delayMs);
    given.onBeat(delayMs);
  };
  const options = { ...given, onBeat };
  const stores = storesOf(options);
  const hosts: FleetHost[] = [];
  const stop = async () => {
    await inBatches(hosts, (host) => host.stop());
  };
  const numbers = names.map((_, index) => index);
  try {
    await inBatches(numbers, async (index) => {
      signal.throwIfAborted();
      await pace.quiet(signal);
      hosts.push(await startHost(options, stores, index));
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { held: () => hosts.filter((host) => host.held()).length, stop };
}

interface Stores {
  readonly store: Store;
  readonly beatStore: Store;
}

function storesOf({ store }: FleetOptions): Stores {
  const reports = joinedCommits(store, { atOnce: COMMITS_AT_ONCE });
  return { store: pacedStore(reports, READS_AT_ONCE), beatStore: joinedCommits(store, { atOnce: BEATS_AT_ONCE }) };
}

type FleetHost = Pick<RunningNode, "held" | "stop">;

async function startHost(options: FleetOptions, stores: Stores, index: number): Promise<FleetHost> {
  const { clock, log, metrics, ttlSeconds, capacity, bootMs, shutdownMs, failRate: rate, onBeat } = options;
  const name = options.names[index] ?? "";
  const random = seededRandom(options.seed + index);
  const host = new SimulatedHost({ clock, hostname: name, capacity, bootMs, shutdownMs });
  const hypervisor = new SimulatedHypervisor({ host, random, failRate: rate });
  const node = await startNode({
    ...{ ...stores, name, hypervisor, ttlSeconds, clock, metrics, random, onBeat },
    identity: { ...options.identity, machineId: options.machineOf(name), startToken: randomUUID() },
    observeOnly: false,
    log: log.child({ host: name }),
    concurrency: PASSES_AT_ONCE,
  });
  return {
    held: () => node.held(),
    stop: async () => {
      await node.stop();
      await hypervisor.close();
      host.close();
    },
  };
}

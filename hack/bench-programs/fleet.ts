import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_PREFIX, hostNames } from "../../cmd/fleet/host-names.ts";
import type { Store } from "../../store/store.ts";
import { buildPrograms } from "../../test/support/e2e-bundle.ts";
import { E2eProgram } from "../../test/support/e2e-program.ts";
import { EtcdServer, WITH_FSYNC } from "../../test/support/etcd.ts";
import { eventually } from "../../test/support/eventually.ts";
import { freePort } from "../../test/support/free-port.ts";
import { type FleetFigure, type FleetRun, fleetFigure, type Snapshot } from "./fleet-figures.ts";
import { specWrites } from "./fleet-objects.ts";
import { childPrograms, processFigure } from "./process-figures.ts";

export interface FleetOptions {
  /** One run for each. */
  readonly hosts: readonly number[];
  readonly instances: number;
  /** How long each fleet is left alone. */
  readonly seconds: number;
}

const ROOT = "/vmctl/";
const PATIENCE_MS = 30 * 60_000;
/** Heaps shrink and queues empty after a start. */
const SETTLE_MS = 15_000;

/** Etcd with fsync, a controller and one fleet, all of it anew for each number of hosts; nothing else asks anything. */
export async function benchFleet({ hosts, instances, seconds }: FleetOptions): Promise<readonly FleetFigure[]> {
  const dir = await mkdtemp(join(tmpdir(), "vmctl-bench-fleet-"));
  try {
    const main = await buildPrograms(join(dir, "programs"));
    const figures: FleetFigure[] = [];
    for (const count of hosts) figures.push(fleetFigure(await runOnce(main, { count, instances, seconds })));
    return figures;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

interface Run {
  readonly count: number;
  readonly instances: number;
  readonly seconds: number;
}

async function runOnce(main: string, run: Run): Promise<FleetRun> {
  const etcd = await EtcdServer.start({ flags: [WITH_FSYNC, "--auto-compaction-retention=5m"] });
  const metrics = `127.0.0.1:${await freePort()}`;
  const program = (name: string, ...words: string[]) =>
    new E2eProgram(name, [process.execPath, main, name, `--endpoints=${etcd.endpoint}`, `--root=${ROOT}`, ...words]);
  const controller = program("controller");
  const fleet = program("fleet", `--count=${run.count}`, `--listen-metrics=${metrics}`);
  try {
    const store = await etcd.store({ root: ROOT });
    controller.start();
    await until(store, "elections/controller", 1, () => true);
    const measured = await measure(store, fleet, run);
    return { hosts: run.count, instances: run.instances, ...measured, heartbeats: await heartbeats(metrics) };
  } catch (error) {
    console.error(controller.log.slice(-4_000), fleet.log.slice(-4_000));
    throw error;
  } finally {
    await fleet.terminate();
    await controller.terminate();
    await etcd.stop();
  }
}

type Measured = Pick<FleetRun, "registeredMs" | "runningMs" | "begin" | "end" | "heldSeconds">;

async function measure(store: Store, fleet: E2eProgram, { count, instances, seconds }: Run): Promise<Measured> {
  const started = performance.now();
  fleet.start();
  await until(store, "status/cluster/hypervisors/", count, isReady);
  const registeredMs = performance.now() - started;
  const runningMs = instances > 0 ? await startInstances(store, instances, count) : undefined;
  await pause(SETTLE_MS);
  const begin = snapshot();
  const from = performance.now();
  await pause(seconds * 1000);
  const heldSeconds = (performance.now() - from) / 1000;
  return { registeredMs, ...(runningMs !== undefined && { runningMs }), begin, end: snapshot(), heldSeconds };
}

async function startInstances(store: Store, count: number, hosts: number): Promise<number> {
  const started = performance.now();
  for (const writes of specWrites(count, hostNames(DEFAULT_PREFIX, hosts)))
    await store.commit({ compares: [], writes });
  await until(store, "status/ns/default/instances/", count, isRunning);
  return performance.now() - started;
}

/** Looks seldom, so that looking costs little of what is measured. */
async function until(store: Store, prefix: string, count: number, isDone: (text: string) => boolean): Promise<void> {
  const everyMs = count > 200 ? 1_000 : 100;
  await eventually(
    async () => {
      const { entries } = await store.list([prefix]);
      return entries.filter(({ value }) => isDone(value)).length >= count;
    },
    { deadlineMs: PATIENCE_MS, everyMs },
  );
}

interface Stored {
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}
const isReady = (text: string): boolean =>
  ((JSON.parse(text) as Stored).status?.conditions ?? []).some(
    ({ type, status }) => type === "Ready" && status === "True",
  );
const isRunning = (text: string): boolean => (JSON.parse(text) as Stored).status?.phase === "Running";

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const snapshot = (): Snapshot =>
  Object.fromEntries([...childPrograms()].map(([name, pid]) => [name, processFigure(pid)]));

async function heartbeats(address: string): Promise<FleetRun["heartbeats"]> {
  const text = await (await fetch(`http://${address}/metrics`)).text();
  const read = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
  return {
    acknowledged: read("vmctl_heartbeat_seconds_count"),
    late: read("vmctl_heartbeats_late_total"),
    worstMs: Math.round(read("vmctl_heartbeat_worst_seconds") * 1000),
  };
}

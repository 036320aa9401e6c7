import { eventually } from "../../../test/support/eventually.ts";
import type { Pair } from "./figures.ts";
import type { ScheduleCluster } from "./schedule-cluster.ts";

/** Bytes of the controller's heap, after its garbage is collected. */
export async function heapOf(cluster: ScheduleCluster): Promise<number> {
  const { pid } = cluster.processOf("controller");
  const told = () => [...cluster.controller.log.matchAll(/^heap-probe (.*)$/gm)].length;
  const before = told();
  process.kill(pid, "SIGUSR2");
  await eventually(async () => told() > before, { deadlineMs: 60_000, everyMs: 50 });
  const last = [...cluster.controller.log.matchAll(/^heap-probe (.*)$/gm)].at(-1)?.[1] ?? "{}";
  return (JSON.parse(last) as { heapUsed: number }).heapUsed;
}

/** Whose records are an instance's: hosts have theirs before and after. */
const PREFIXES = ["spec/ns/", "status/ns/", "uids/", "assigned/", "observed/", "placement/allocations/"];

/** Bytes of all values that controllers keep of instances and, so that a difference can be made, of hosts. */
export async function keptBytes(cluster: ScheduleCluster): Promise<number> {
  const { entries } = await cluster.store.list(PREFIXES);
  return entries.reduce((sum, { value }) => sum + Buffer.byteLength(value), 0);
}

export interface Kept {
  readonly heap: number;
  readonly json: number;
}

export const kept = async (cluster: ScheduleCluster): Promise<Kept> => ({
  heap: await heapOf(cluster),
  json: await keptBytes(cluster),
});

/** What so many instances added to both. */
export function heapPair(before: Kept, after: Kept, instances: number): Pair {
  const each = (what: string, from: number, to: number) => ({
    ...{ what, value: (to - from) / instances, unit: "bytes" },
  });
  const MiB = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  return {
    title: `heap of the controller for each of ${instances} instances`,
    ours: each("heap after garbage is collected, for each instance", before.heap, after.heap),
    beside: each("JSON of its records, for each instance", before.json, after.json),
    goal: { atMost: 4 },
    notes: [`heap ${MiB(before.heap)} MiB with hosts only, ${MiB(after.heap)} MiB with the instances`],
  };
}

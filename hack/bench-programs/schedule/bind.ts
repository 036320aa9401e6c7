import { BoundLog } from "./bound-log.ts";
import type { Pair } from "./figures.ts";
import { IN_FLIGHT, rawWrites } from "./raw-writes.ts";
import type { HostKind, ScheduleCluster } from "./schedule-cluster.ts";
import { putSpecs } from "./spec-writer.ts";

const WORDS: Readonly<Record<HostKind, string>> = {
  fleet: "simulated hosts with their node controllers",
  "stand-in": "hosts that only report and beat",
};

export interface BindOptions {
  readonly instances: number;
  /** How long each figure of raw writes takes. */
  readonly rawSeconds: number;
}

/** From the first spec sent to the last binding that a watch delivered, beside raw writes to it before and after. */
export async function benchBind(
  cluster: ScheduleCluster,
  kind: HostKind,
  { instances, rawSeconds }: BindOptions,
): Promise<readonly Pair[]> {
  const bound = await BoundLog.start(cluster.store);
  const before = cluster.processorSeconds();
  const begin = performance.now();
  await putSpecs(cluster.store, "vm", instances);
  const writtenMs = performance.now() - begin;
  const boundMs = (await bound.reached(instances)) - begin;
  const spent = differences(before, cluster.processorSeconds());
  await bound.stop();
  const after = await rawWrites(cluster.etcd, rawSeconds);
  const perSecond = (instances * 1_000) / boundMs;
  const title = `apply to bound: ${instances} instances, ${cluster.hosts} ${WORDS[kind]}`;
  const ours = { what: "instances bound", value: perSecond, unit: "/s" };
  const notes = [
    `all specs written after ${(writtenMs / 1_000).toFixed(1)} s, all bound after ${(boundMs / 1_000).toFixed(1)} s`,
    ...spent.map(([name, s]) => `${((s * 1_000) / instances).toFixed(2)} ms of processor for each instance: ${name}`),
  ];
  // Afterwards hosts may still be at work on their instances, and before others were: the better one is the etcd's.
  const best = (inFlight: (typeof IN_FLIGHT)[number]) => Math.max(cluster.raw[inFlight], after[inFlight]);
  return IN_FLIGHT.map((inFlight) => ({
    title: inFlight === 1 ? title : `${title}, beside ${inFlight} raw writes in flight`,
    ours,
    beside: { what: `raw writes of etcd, ${inFlight} in flight`, value: best(inFlight), unit: "/s" },
    notes: [
      `raw writes before and after: ${cluster.raw[inFlight].toFixed(0)}/s, ${after[inFlight].toFixed(0)}/s`,
      ...(inFlight === 1 ? notes : []),
    ],
    ...(inFlight === 1 && { goal: { atLeast: 0.4 } }),
  }));
}

const differences = (before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>) =>
  Object.entries(after).map(([name, seconds]) => [name, seconds - (before[name] ?? 0)] as const);

import { randomUUID } from "node:crypto";
import { candidatesQueryOf } from "../../../controllers/scheduler/request/candidates-query-of.ts";
import { candidatesPath } from "../../../placement/openstack/candidates-query.ts";
import { clusterMarks } from "../../../placement/openstack/cluster-marks.ts";
import type { InstanceSpec } from "../../../resources/instance.ts";
import type { Store } from "../../../store/store.ts";
import { instanceObject, type SpecObject } from "../objects.ts";
import { BoundLog } from "./bound-log.ts";
import type { Pair } from "./figures.ts";
import { claimAtServer, type PlacementWorld, startPlacementWorld } from "./placement-world.ts";
import { closedLoop } from "./rate.ts";
import { ScheduleCluster } from "./schedule-cluster.ts";
import { putSpec, putSpecs } from "./spec-writer.ts";

export interface OutsideOptions {
  readonly main: string;
  readonly hosts: number;
  readonly instances: number;
  readonly seconds: number;
}

/** Our scheduler on a real Placement, beside what one client gets out of the same server with the same query. */
export async function benchOutside(options: OutsideOptions): Promise<readonly Pair[]> {
  const { hosts, main } = options;
  const world = await startPlacementWorld();
  try {
    const placement = world.server.endpoint;
    const cluster = await ScheduleCluster.start({ main, kind: "stand-in", hosts, placement, rawSeconds: 0.1 });
    try {
      return await measure(world, cluster, options);
    } finally {
      await cluster.stop();
    }
  } finally {
    await world.stop();
  }
}

async function measure(
  { server }: PlacementWorld,
  { store }: ScheduleCluster,
  { hosts, instances, seconds }: OutsideOptions,
): Promise<readonly Pair[]> {
  const { spec } = JSON.parse(instanceObject("any").value) as { spec: InstanceSpec };
  const path = candidatesPath(candidatesQueryOf(spec, { isKept: () => true }), clusterMarks("bench").trait);
  const loop = () => closedLoop(1, seconds, () => claimAtServer(server, path, randomUUID()));
  await claimAtServer(server, path, randomUUID());
  const before = await loop();
  const single = await oneByOne(store, seconds);
  const equal = await allAtOnce(store, instances);
  const after = await loop();
  const notes = [`the server's loop before and after: ${before.toFixed(1)}/s, ${after.toFixed(1)}/s`];
  const beside = { what: "the server's own closed loop, one client", value: (before + after) / 2, unit: "/s" };
  const bound = (what: string, value: number) => ({ what, value, unit: "/s" });
  const title = `a real Placement at ${hosts} hosts`;
  return [
    {
      ...{ title: `${title}: one by one`, beside, notes },
      ours: bound("bound, requests that differ, each written when the last was bound", single),
      ...(hosts < 1_000 && { goal: { atLeast: 0.9 } }),
    },
    {
      ...{ title: `${title}: equal requests`, beside, notes },
      ours: bound(`bound, ${instances} equal requests at once`, equal),
      ...(hosts >= 1_000 && { goal: { atLeast: 5 } }),
    },
  ];
}

async function oneByOne(store: Store, seconds: number): Promise<number> {
  const bound = await BoundLog.start(store);
  try {
    let count = 0;
    return await closedLoop(1, seconds, async () => {
      count++;
      await putSpec(store, unlike(instanceObject(`one-${count}`), count));
      await bound.reached(count);
    });
  } finally {
    await bound.stop();
  }
}

/** A request of its own: no answer to another serves it. */
function unlike(object: SpecObject, n: number): SpecObject {
  const value = JSON.parse(object.value) as { spec: InstanceSpec };
  const resources = { ...value.spec.resources, memory: `${128 + n}Mi` };
  return { ...object, value: JSON.stringify({ ...value, spec: { ...value.spec, resources } }) };
}

async function allAtOnce(store: Store, instances: number): Promise<number> {
  const bound = await BoundLog.start(store);
  try {
    const begin = performance.now();
    await putSpecs(store, "equal", instances);
    return (instances * 1_000) / ((await bound.reached(instances)) - begin);
  } finally {
    await bound.stop();
  }
}

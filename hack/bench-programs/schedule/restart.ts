import { Etcd3 } from "etcd3";
import { WATCHED_PREFIXES } from "../../../controllers/cluster/watched-prefixes.ts";
import { PREFIX } from "../../../resources/keys.ts";
import { eventually } from "../../../test/support/eventually.ts";
import { instanceObject } from "../objects.ts";
import { quantile } from "../quantile.ts";
import { BoundLog } from "./bound-log.ts";
import type { Pair } from "./figures.ts";
import type { ScheduleCluster } from "./schedule-cluster.ts";
import { putSpec } from "./spec-writer.ts";

const ROUNDS = 3;
/** As our store reads. */
const PAGE = 500;

interface Round {
  readonly boundMs: number;
  readonly leadsMs: number;
  /** Of the bare read. */
  readonly ms: number;
  readonly keys: number;
}

/** From the start of the process, its Node and its election included, to a bind that a watch delivered. */
export async function benchRestart(cluster: ScheduleCluster, instances: number): Promise<Pair> {
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const bare = await bareRead(cluster);
    rounds.push({ ...(await restartOnce(cluster, round)), ...bare });
  }
  const median = (pick: (round: Round) => number) => quantile(rounds.map(pick), 0.5);
  const [leads, keys] = [median(({ leadsMs }) => leadsMs), rounds.at(-1)?.keys ?? 0];
  return {
    title: `restart of the controller with ${instances} instances, to its first bind`,
    ours: { what: "from the start of the process", value: median(({ boundMs }) => boundMs), unit: "ms" },
    beside: { what: `a bare read of the same ${keys} keys, ${PAGE} a page`, value: median(({ ms }) => ms), unit: "ms" },
    goal: { atMost: 3 },
    notes: [`it led after ${leads.toFixed(0)} ms; medians of ${ROUNDS}`],
  };
}

/** A spec that was written while it was away is the first decision. */
async function restartOnce(cluster: ScheduleCluster, round: number): Promise<Pick<Round, "boundMs" | "leadsMs">> {
  const { store, controller } = cluster;
  await controller.terminate();
  const bound = await BoundLog.start(store);
  await putSpec(store, instanceObject(`first-${round}`));
  const begin = performance.now();
  controller.start();
  await eventually(async () => (await store.get("elections/controller")) !== undefined, { everyMs: 10 });
  const leadsMs = performance.now() - begin;
  const boundMs = (await bound.reached(1)) - begin;
  await bound.stop();
  return { boundMs, leadsMs };
}

/** Nothing is decoded and nothing is kept. */
async function bareRead({ etcd }: ScheduleCluster): Promise<Pick<Round, "ms" | "keys">> {
  const client = new Etcd3({ hosts: etcd.endpoint });
  try {
    await client.get("/vmctl/elections/controller");
    const begin = performance.now();
    let keys = 0;
    for (const prefix of [...new Set([...WATCHED_PREFIXES, PREFIX.placement])]) keys += await readAll(client, prefix);
    return { ms: performance.now() - begin, keys };
  } finally {
    client.close();
  }
}

async function readAll(client: Etcd3, prefix: string): Promise<number> {
  const end = Buffer.from(`/vmctl/${prefix}`);
  end[end.length - 1] = (end.at(-1) ?? 0) + 1;
  let start = Buffer.from(`/vmctl/${prefix}`);
  for (let count = 0; ; ) {
    const page = await client.getAll().inRange({ start, end }).limit(PAGE).exec();
    count += page.kvs.length;
    const last = page.kvs.at(-1);
    if (!page.more || !last) return count;
    start = Buffer.concat([last.key, Buffer.from([0])]);
  }
}

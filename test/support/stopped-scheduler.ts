import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import { allocationKey } from "../../placement/embedded/keys.ts";
import type { AllocationRecord } from "../../placement/embedded/records.ts";
import { Cluster } from "../controllers/support/cluster.ts";
import { Crowd, namesOf } from "../controllers/support/crowd.ts";
import { ActingProcess } from "./acting-process.ts";
import { eventually } from "./eventually.ts";
import type { Etcd } from "./shared-etcd.ts";

interface Size {
  /** How long the process stands still at least. */
  readonly stoppedMs: number;
  readonly hosts: number;
  /** Of an anti-affinity group, more than there are hosts. */
  readonly members: number;
}

/**
 * Four schedulers in processes of their own, one of which stands still in mid-bind while a cordon and a delete return, a
 * size changes and the others bind what it was about to; then all four bind an anti-affinity group.
 */
export async function stoppedScheduler(server: Etcd, { stoppedMs, hosts, members }: Size): Promise<void> {
  const root = `/test/${randomBytes(6).toString("hex")}/`;
  const cluster = await Cluster.on(server, root);
  const { start, remove } = await ActingProcess.prepare();
  const processes = [start(server.endpoint, root, "stops")];
  try {
    await processes[0]?.started;
    const crowd = new Crowd(cluster);
    await cluster.image();
    await crowd.hosts(hosts);
    const [cordoned, deleted, free, resized] = await Promise.all([
      cluster.instance("cordoned", { hypervisor: "host-0" }),
      cluster.instance("deleted"),
      cluster.instance("free"),
      cluster.instance("resized"),
    ]);
    await processes[0]?.binding;
    const stoppedAt = performance.now();
    await cluster.hypervisor("host-0", { unschedulable: true });
    await cluster.delete("deleted");
    await cluster.respec("resized", { resources: { vcpu: 3 } });
    const fromHere = await cluster.revision();
    for (let more = 0; more < 3; more++) processes.push(start(server.endpoint, root));
    await crowd.untilBound(["free", "resized"]);
    await cluster.gone("deleted");
    await cluster.until("cordoned", "Scheduled", "False");
    await eventually(() => performance.now() - stoppedAt >= stoppedMs, { deadlineMs: stoppedMs + 1_000 });
    processes[0]?.wake();
    await apart(crowd, namesOf(members, "member"), hosts);
    // Host-0 is cordoned: nothing came to it in all this time.
    const written = (await cluster.revisionsSince(fromHere)).join(" ").split(" ");
    expect(written.filter((key) => /^assigned\/host-0\/instances/.test(key))).toEqual([]);
    expect(written.filter((key) => key.startsWith("assigned/") && key.includes(deleted))).toEqual([]);
    expect(await crowd.hostOf("cordoned")).toBeUndefined();
    await one(cluster, free, 1);
    await one(cluster, resized, 1);
    expect(await cpusOf(cluster, resized)).toEqual([3]);
    await one(cluster, cordoned, 0);
    await one(cluster, deleted, 0);
  } finally {
    await Promise.all(processes.map((process) => process.end()));
    await cluster.stop();
    await remove();
  }
}

/** Members that keep apart, on all hosts but the cordoned one. */
async function apart(crowd: Crowd, names: readonly string[], hosts: number): Promise<void> {
  const antiAffinity = [{ labelSelector: { matchLabels: { app: "apart" } } }];
  await crowd.instances(names, { antiAffinity }, { app: "apart" });
  await crowd.settled(names);
  await crowd.untilBound(names, hosts - 1);
  const bound = await crowd.hostsOf(names);
  expect(new Set(bound).size).toBe(bound.length);
}

/** What an instance holds of each provider. */
async function cpusOf(cluster: Cluster, uid: string): Promise<readonly (number | undefined)[]> {
  const record = await cluster.read<AllocationRecord>(allocationKey(uid));
  return Object.values(record?.allocations ?? {}).map(({ resources }) => resources["VCPU"]);
}

/** So many allocations and as many assignments. */
async function one(cluster: Cluster, uid: string, count: number): Promise<void> {
  const keys = (await cluster.keys()).filter((key) => key.endsWith(`/${uid}`));
  expect(keys.filter((key) => key.startsWith("assigned/"))).toHaveLength(count);
  expect(keys.filter((key) => key.startsWith("placement/allocations/"))).toHaveLength(count);
}

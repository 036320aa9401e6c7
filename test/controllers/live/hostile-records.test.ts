import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { allocationKey, providerKey, usageKey } from "../../../placement/embedded/keys.ts";
import type { AllocationRecord, ProviderRecord, UsageRecord } from "../../../placement/embedded/records.ts";
import { eventually } from "../../support/eventually.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { Cluster } from "../support/cluster.ts";
import { Crowd } from "../support/crowd.ts";

const server = sharedEtcd();
let cluster: Cluster;
let crowd: Crowd;
let controllers: Awaited<ReturnType<Cluster["controllers"]>>;
/** Of host-0. */
let provider: string;
beforeEach(async () => {
  cluster = await Cluster.on(server);
  crowd = new Crowd(cluster);
  await cluster.image();
  controllers = await cluster.controllers();
  await crowd.hosts(2);
  provider = (await cluster.read<{ uid: string }>("status/cluster/hypervisors/host-0"))?.uid ?? "";
});
afterEach(() => cluster.stop());

/** As etcdctl writes it: JSON knows larger numbers than we do. */
const write = (key: string, record: unknown, amount: string) =>
  cluster.put(key, JSON.stringify(record).replaceAll('"?"', amount));
const onHost = (name: string, uid?: string) =>
  cluster.instance(name, { hypervisor: "host-0" }, uid === undefined ? {} : { uid });
const bound = (name: string) => crowd.untilBound([name]);
const cpus = async () => (await cluster.read<UsageRecord>(usageKey(provider)))?.used["VCPU"];
/** Until it is so, all being looked at again as it is every minute. */
const mended = (look: () => unknown) =>
  eventually(
    () => {
      controllers.resync();
      return look();
    },
    { everyMs: 100 },
  );
/** Nobody else notices. */
const goesOn = async () => {
  await cluster.instance("fine", { hypervisor: "host-1" });
  await bound("fine");
};

const NEVER = ["-1", "1e309", "9007199254740994"];

describe("a provider's inventory that somebody wrote into etcd", () => {
  it.each([...NEVER, "2147483648"])("as %s is promised to nobody, told, and written anew", async (amount) => {
    const record = (await cluster.read<ProviderRecord>(providerKey(provider))) as ProviderRecord;
    const VCPU = { ...record.inventories["VCPU"], total: "?" };
    await write(providerKey(provider), { ...record, inventories: { ...record.inventories, VCPU } }, amount);
    await onHost("web-1");
    const { message } = await cluster.until("web-1", "Scheduled", "False", "NoCapacity");
    expect(message).toContain("host-0");
    await goesOn();
    await mended(async () => (await crowd.hostOf("web-1")) !== undefined);
    expect(await cluster.read(providerKey(provider))).toMatchObject({ inventories: record.inventories });
  });
});

describe("a usage that somebody wrote into etcd", () => {
  it.each(NEVER)("as %s promises nothing, is told, and is counted again", async (amount) => {
    await onHost("web-1");
    await bound("web-1");
    await write(usageKey(provider), { used: { VCPU: "?" }, generation: 1 }, amount);
    await onHost("web-2");
    const { message } = await cluster.until("web-2", "Scheduled", "False", "NoCapacity");
    expect(message).toContain("usage record unreadable");
    await goesOn();
    await mended(async () => (await crowd.hostOf("web-2")) !== undefined);
    expect(await cpus()).toBe(2);
  });

  it.each([
    ["less than what is held", { VCPU: 1 }],
    ["more than what is held", { VCPU: 100, MEMORY_MB: 16_000, DISK_GB: 2 }],
    ["nothing at all", undefined],
  ])("as %s is counted again", async (_what, used) => {
    for (const name of ["web-1", "web-2"]) await onHost(name);
    for (const name of ["web-1", "web-2"]) await bound(name);
    const before = await cluster.read<UsageRecord>(usageKey(provider));
    if (used) await cluster.put(usageKey(provider), { used, generation: 9 });
    else await cluster.remove(usageKey(provider));
    await mended(async () => expect((await cluster.read<UsageRecord>(usageKey(provider)))?.used).toEqual(before?.used));
  });
});

describe("an allocation that somebody wrote into etcd", () => {
  const damaged = (consumer: string) => ({
    ...{ consumer, generation: 1, type: "INSTANCE", project: "p", user: "u" },
    allocations: { [provider]: { resources: { VCPU: "?" } } },
  });
  const held = async (uid: string) =>
    (await cluster.read<AllocationRecord>(allocationKey(uid)))?.allocations[provider]?.resources["VCPU"];

  it.each(NEVER)("as %s keeps nobody from a host, and goes with its instance", async (amount) => {
    const [early, late] = [randomUUID(), randomUUID()];
    await write(allocationKey(early), damaged(early), amount);
    await onHost("early", early);
    await onHost("late", late);
    for (const name of ["early", "late"]) await bound(name);
    expect(await held(early)).toBe(1);
    // Of one that runs: booked again.
    await write(allocationKey(late), damaged(late), amount);
    await mended(async () => (await held(late)) === 1 && (await cpus()) === 2);
    // Of one that goes.
    await controllers.idle();
    await write(allocationKey(late), damaged(late), amount);
    await cluster.delete("late");
    await cluster.gone("late");
    expect(await cluster.keys(allocationKey(late))).toEqual([]);
    await mended(async () => (await cpus()) === 1);
  });
});

import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { removeOrphan } from "../../../cmd/vmctl/gc/remove-orphan.ts";
import { openEmbeddedPlacement } from "../../../placement/embedded/open-embedded-placement.ts";
import { openOpenstackPlacement } from "../../../placement/openstack/open-openstack-placement.ts";
import type { Placement } from "../../../placement/placement.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { silentLog } from "../../../runtime/log.ts";
import { joinParts } from "../../../store/transaction-part.ts";
import { runWords } from "../../cmd/vmctl/run-words.ts";
import { aProvider } from "../../placement/examples.ts";
import { eventually } from "../../support/eventually.ts";
import { PlacementServer } from "../../support/placement-server.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { Cluster } from "../support/cluster.ts";

const etcd = sharedEtcd();
let server: PlacementServer;
let round = 0;
beforeAll(async () => {
  server = await PlacementServer.start();
});
afterAll(async () => {
  await server.stop();
});

const SIZE = { VCPU: 1, MEMORY_MB: 512, DISK_GB: 2 };

describe.each(["embedded", "OpenStack"])("gc with %s Placement", (kind) => {
  let cluster: Cluster;
  let placement: Placement;
  let controllers: Awaited<ReturnType<Cluster["controllers"]>>;
  const flags = kind === "embedded" ? [] : ["--placement", "", "--cluster", "test"];
  const signal = new AbortController().signal;

  beforeEach(async () => {
    round += 1;
    const root = `/gc-${round}/`;
    cluster = await Cluster.on(etcd, root);
    vi.stubEnv("VMCTL_ENDPOINTS", etcd.endpoint);
    vi.stubEnv("VMCTL_ROOT", root);
    vi.stubEnv("HOME", "/nonexistent");
    if (kind !== "embedded") {
      await server.reset();
      flags[1] = server.endpoint;
    }
    placement = await open();
    controllers = await cluster.controllers({ placement: await open() });
    await cluster.node();
    await cluster.hostReady("host-1");
    await cluster.image();
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await placement.close();
    await cluster.stop();
  });

  const open = async (name = "test"): Promise<Placement> =>
    kind === "embedded"
      ? openEmbeddedPlacement({ store: cluster.store, clock: systemClock, log: silentLog })
      : openOpenstackPlacement({ endpoint: server.endpoint, cluster: name, clock: systemClock });
  const gc = (...words: string[]) => runWords("gc", ...flags, ...words);
  const hostUid = async () => (await cluster.read<{ uid: string }>("status/cluster/hypervisors/host-1"))?.uid ?? "";
  const claim = async (uid: string, provider: string, as = placement): Promise<void> => {
    const candidate = { provider, allocations: { [provider]: SIZE } };
    const part = await as.claim({ uuid: uid, project: "p", user: "u" }, candidate);
    if (part.writes.length === 0) return;
    const outcome = await cluster.store.commit(joinParts(part));
    await placement.caughtUp(outcome.kind === "committed" ? outcome.revision : 0);
  };
  const makeProvider = async (name: string, as = placement): Promise<string> => {
    const uuid = randomUUID();
    await as.ensureProvider(aProvider(1, { uuid, name }));
    return uuid;
  };

  it("has nothing to do where everything has an owner", async () => {
    await cluster.instance("web-1");
    await cluster.running("web-1");
    expect(await gc()).toEqual({ status: 0, out: "nothing to do\n", err: "" });
  });

  it("shows, asks, removes what nobody owns, and nothing else", async () => {
    const uid = await cluster.instance("web-1");
    await cluster.running("web-1");
    await controllers.stop();
    const waiting = await cluster.instance("web-2");
    const [empty, used] = [await makeProvider("old-1"), await makeProvider("old-2")];
    const [lost, onHost] = [randomUUID(), randomUUID()];
    await claim(lost, empty);
    await claim(onHost, await hostUid());
    await claim(waiting, used);
    const other = kind === "embedded" ? undefined : await open("other");
    const theirs = other && (await makeProvider("theirs", other));
    if (theirs) await claim(randomUUID(), theirs, other);

    const shown = await gc("--dry-run");
    expect(
      shown.out
        .split("\n")
        .slice(1)
        .map((line) => line.split(/ {3,}/).slice(0, 2).join(" "))
        .sort(),
    ).toEqual(
      [
        "",
        `allocation/${lost} old-1`,
        `allocation/${onHost} host-1`,
        `provider/${empty} old-1`,
        `provider/${used} old-2`,
      ].sort(),
    );
    expect(shown.out).toContain("VCPU:1,MEMORY_MB:512,DISK_GB:2");
    expect(shown.out).toContain(`stays: 1 on it with an owner (${waiting})`);
    expect(await gc()).toMatchObject({ status: 2, err: expect.stringContaining("--yes") });
    expect(await placement.allocation(lost)).toBeDefined();

    const { status, out, err } = await gc("--yes");
    expect({ status, err }).toEqual({ status: 0, err: "" });
    for (const name of [`allocation/${lost}`, `allocation/${onHost}`, `provider/${empty}`])
      expect(out).toContain(`${name} removed\n`);
    placement = await open();
    expect(await placement.allocation(lost)).toBeUndefined();
    expect(await placement.allocation(onHost)).toBeUndefined();
    expect(await placement.allocation(uid)).toBeDefined();
    expect(await placement.allocation(waiting)).toBeDefined();
    expect((await placement.ownProviders()).map(({ name }) => name).sort()).toEqual(["host-1", "old-2"]);
    if (other) expect((await other.ownProviders()).map(({ name }) => name)).toEqual(["theirs"]);
    await other?.close();
  });

  it("takes nothing away unasked where no hypervisor is admitted: the root may be another", async () => {
    const uid = await cluster.instance("web-1");
    await cluster.running("web-1");
    vi.stubEnv("VMCTL_ROOT", "/gc-elsewhere/");
    const { status, out, err } = await gc("--yes");
    if (kind === "embedded") expect({ status, out, err }).toEqual({ status: 0, out: "nothing to do\n", err: "" });
    else expect({ status, err }).toMatchObject({ status: 1, err: expect.stringContaining("is --root right?") });
    expect(await placement.allocation(uid)).toBeDefined();
  });

  it("leaves what came to have an owner, or changed, after it was looked at", async () => {
    await controllers.stop();
    const [uid, again] = [randomUUID(), randomUUID()];
    const provider = await makeProvider("old-1");
    const seen = { uuid: provider, name: "old-1" };
    for (const one of [uid, again]) await claim(one, provider);
    const orphan = async (consumer: string) => {
      const held = await placement.allocation(consumer);
      if (!held) throw new Error(`${consumer} holds nothing`);
      return { what: "allocation", provider: seen, held } as const;
    };
    const [owned, claimedAgain] = [await orphan(uid), await orphan(again)];
    await cluster.put(`uids/${uid}`, { tail: "ns/default/instances/web-1" });
    await claim(again, provider);
    const world = { store: cluster.store, placement };
    for (const one of [owned, claimedAgain, { what: "provider", provider: seen, owned: [] } as const])
      expect(await removeOrphan(world, one, signal)).toMatchObject({ removed: false });
    expect(await placement.allocation(uid)).toBeDefined();
    expect(await placement.allocation(again)).toBeDefined();
  });

  it("is what an event names when a provider is nobody's", async () => {
    const uuid = await makeProvider("old-1");
    // Their picture of the embedded books may be a moment behind ours.
    await eventually(async () => {
      controllers.resync();
      return (await cluster.events(uuid)).length === 1;
    });
    expect((await cluster.events(uuid))[0]).toMatchObject({
      kind: "Hypervisor",
      name: "old-1",
      type: "Warning",
      reason: "ProviderOrphaned",
      message: expect.stringContaining("vmctl gc"),
    });
    expect(await cluster.events(await hostUid())).not.toContainEqual(
      expect.objectContaining({ reason: "ProviderOrphaned" }),
    );
  });
});

it("gc asks where the books are when they are not in etcd", async () => {
  const cluster = await Cluster.on(etcd, "/gc-elsewhere/");
  await cluster.put("status/cluster/hypervisors/host-1", { uid: randomUUID(), specCreateRevision: 1, status: {} });
  vi.stubEnv("VMCTL_ENDPOINTS", etcd.endpoint);
  vi.stubEnv("VMCTL_ROOT", "/gc-elsewhere/");
  vi.stubEnv("HOME", "/nonexistent");
  expect(await runWords("gc")).toMatchObject({ status: 1, err: expect.stringContaining("give --placement") });
  expect(await runWords("gc", "--placement", "http://127.0.0.1:1")).toMatchObject({
    status: 1,
    err: expect.stringContaining("ECONNREFUSED"),
  });
  vi.unstubAllEnvs();
  await cluster.stop();
});

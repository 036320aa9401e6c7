import { describe, expect, it } from "vitest";
import type { HypervisorFacts } from "../../../controllers/cluster/hypervisor-facts.ts";
import { choose, refusalsText } from "../../../controllers/scheduler/choose.ts";
import { claimedBefore } from "../../../controllers/scheduler/claimed-before.ts";
import { firstRefusal } from "../../../controllers/scheduler/filters/first-refusal.ts";
import { NO_PEERS, type Wish } from "../../../controllers/scheduler/peers.ts";
import type { Candidates } from "../../../placement/placement.ts";
import type { InstanceSpec } from "../../../resources/instance.ts";
import { aHost, broken, type HostParts, hostUid } from "../support/a-host.ts";
import { UID } from "../support/facts.ts";

const nic = (item: object) => ({ interfaces: [{ name: "eth0", ...item }] });

const aWish = (spec: InstanceSpec = {}, uid = UID): Wish => ({ uid, namespace: "default", labels: {}, spec });

describe("filters", () => {
  it.each<readonly [string, HostParts, InstanceSpec, string | undefined]>([
    ["a host in order", {}, {}, undefined],
    ["cordoned", { spec: { unschedulable: true } }, {}, "Cordoned"],
    ["being deleted", { metadata: { deletionTimestamp: "2030-01-01T00:00:00Z" } }, {}, "Terminating"],
    ["never reported", { observed: null }, {}, "NotReporting"],
    ["stopped", { observed: { serving: false }, silent: true }, {}, "Shutdown"],
    ["silent", { silent: true }, {}, "HostSilent"],
    ["observing", { observed: { observeOnly: true } }, {}, "ObserveOnly"],
    ["without libvirt", broken("LibvirtReachable", "LibvirtUnreachable"), {}, "LibvirtUnreachable"],
    ["without its pool", broken("StoragePoolReady", "PoolMissing"), {}, "PoolMissing"],
    ["without KVM", broken("KvmUsable", "NoDevice"), {}, undefined],
    [
      "without our network, which is asked for",
      { observed: { networks: [], ...broken("NetworkReady", "Inactive").observed } },
      {},
      "network vmctl0 missing",
    ],
    [
      "without our network, which is not asked for",
      { observed: { networks: [], ...broken("NetworkReady", "Inactive").observed } },
      nic({ bridge: "br0" }),
      undefined,
    ],
    ["with the network", {}, nic({ network: "lan" }), undefined],
    ["without the network", {}, nic({ network: "dmz" }), "network dmz missing"],
    ["without the bridge", {}, nic({ bridge: "br9" }), "bridge br9 missing"],
    ["tainted", { spec: { taints: [{ key: "gpu", effect: "NoSchedule" }] } }, {}, "taint gpu"],
    ["selected", { metadata: { labels: { zone: "a" } } }, { hypervisorSelector: { zone: "a" } }, undefined],
    ["not selected", {}, { hypervisorSelector: { zone: "a" } }, "hypervisorSelector zone=a not met"],
  ])("%s", (_sentence, parts, spec, want) => {
    expect(firstRefusal(aHost("host-1", parts), aWish(spec), NO_PEERS)?.reason).toBe(want);
  });
});

describe("choice", () => {
  it("is not spoilt by a manifest that somebody damaged (S8)", () => {
    const damaged = aHost("host-1", { spec: { taints: 5 } });
    const found = new Map([
      [hostUid("host-1"), damaged],
      [hostUid("host-2"), aHost("host-2")],
    ]);
    const candidates = [...found.keys()].map((provider) => ({ provider, allocations: {} }));
    const given: Candidates = { candidates, providers: {}, reasons: [] };
    const parts = { peers: NO_PEERS, hostOf: (provider: string) => found.get(provider) };
    expect(choose(aWish(), given, parts).choice?.host.name).toBe("host-2");
    found.delete(hostUid("host-2"));
    expect(refusalsText(choose(aWish(), given, parts).refused)).toBe(
      "1 ManifestUnreadable, 1 not a hypervisor of this cluster",
    );
  });

  const hosts = new Map<string, HypervisorFacts>();
  for (const name of ["host-1", "host-2", "host-3"]) hosts.set(hostUid(name), aHost(name));
  const answer = (used: Readonly<Record<string, number>>): Candidates => ({
    candidates: Object.keys(used).map((name) => ({ provider: hostUid(name), allocations: {} })),
    providers: Object.fromEntries(
      Object.entries(used).map(([name, memory]) => [
        hostUid(name),
        { uuid: hostUid(name), capacity: { MEMORY_MB: 100, VCPU: 100 }, used: { MEMORY_MB: memory }, traits: [] },
      ]),
    ),
    reasons: [],
  });
  const parts = { peers: NO_PEERS, hostOf: (provider: string) => hosts.get(provider) };
  const chosen = (uid: string, given: Candidates) => choose(aWish({}, uid), given, parts).choice?.host.name;

  it("prefers the emptier host", () => {
    expect(chosen(UID, answer({ "host-1": 50, "host-2": 10, "host-3": 90 }))).toBe("host-2");
  });

  it("spreads equals by the instance, and decides alike each time", () => {
    const equal = answer({ "host-1": 0, "host-2": 0, "host-3": 0 });
    const first = Array.from({ length: 60 }, (_, index) => chosen(`uid-${index}`, equal));
    expect(new Set(first).size).toBe(3);
    expect(chosen(UID, equal)).toBe(chosen(UID, equal));
  });

  it("does not depend on the order of the answer", () => {
    const equal = answer({ "host-1": 0, "host-2": 0, "host-3": 0 });
    const turned = { ...equal, candidates: [...equal.candidates].reverse() };
    expect(chosen(UID, turned)).toBe(chosen(UID, equal));
  });

  it("counts refusals of Placement and of filters by reason", () => {
    const given = {
      ...answer({ "host-1": 0, "host-2": 0 }),
      reasons: [{ reason: "insufficient VCPU", count: 1 }],
    };
    const { choice, refused } = choose(aWish({ hypervisorSelector: { zone: "a" } }), given, parts);
    expect(choice).toBeUndefined();
    expect(refusalsText(refused)).toBe("2 hypervisorSelector zone=a not met, 1 insufficient VCPU");
  });

  it("never takes a provider that is no hypervisor of ours", () => {
    const foreign = { candidates: [{ provider: "other", allocations: {} }], providers: {}, reasons: [] };
    const { choice, refused } = choose(aWish(), foreign, parts);
    expect(choice).toBeUndefined();
    expect(refusalsText(refused)).toBe("1 not a hypervisor of this cluster");
  });
});

describe("a claim found after a crash", () => {
  const host = aHost();
  const provider = hostUid("host-1");
  const size = { VCPU: 1, MEMORY_MB: 512, DISK_GB: 2 };
  const scheduling = { host: "host-1", attempt: 1, since: "2030-01-01T00:00:00Z" };
  const found = (allocations: Record<string, object>, spec: InstanceSpec = {}, facts = host) =>
    claimedBefore(
      { consumer: UID, generation: 1, allocations: allocations as never },
      { wish: aWish(spec), scheduling },
      { peers: NO_PEERS, hostOf: (uuid) => (uuid === provider ? facts : undefined) },
    );
  it.each([
    ["on the intended host, the right size: adopted", found({ [provider]: size }), true],
    ["of another size", found({ [provider]: { ...size, VCPU: 2 } }), false],
    ["on two providers", found({ [provider]: size, other: size }), false],
    ["on somebody else's provider", found({ other: size }), false],
    [
      "on a host that is cordoned now",
      found({ [provider]: size }, {}, aHost("host-1", { spec: { unschedulable: true } })),
      false,
    ],
    ["of an instance that is pinned elsewhere now", found({ [provider]: size }, { hypervisor: "host-2" }), false],
  ])("%s", (_sentence, choice, adopted) => {
    expect(choice !== undefined).toBe(adopted);
  });
});

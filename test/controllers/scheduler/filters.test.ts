import { describe, expect, it } from "vitest";
import { FILTERS, firstRefusal } from "../../../controllers/scheduler/filters/first-refusal.ts";
import { NO_PEERS, type Peers } from "../../../controllers/scheduler/peers.ts";
import type { InstanceSpec } from "../../../resources/instance.ts";
import { aHost, broken, type HostParts } from "../support/a-host.ts";
import { somePeers } from "../support/some-peers.ts";

const AGGREGATE = "00000000-0000-4000-8000-0000000000aa";
const wish = (spec: InstanceSpec, labels = {}) => ({ uid: "u", namespace: "default", labels, spec });
const nic = (item: object): InstanceSpec => ({ interfaces: [{ name: "eth0", ...item }] });
const tainted = (...taints: object[]): HostParts => ({ spec: { taints } });
const GPU = { key: "gpu", value: "a", effect: "NoSchedule" };

type Row = readonly [
  sentence: string,
  host: HostParts,
  spec: InstanceSpec,
  want: readonly [string, string] | undefined,
];

describe("filters", () => {
  it.each<Row>([
    ["a host in order", {}, {}, undefined],
    ["cordoned", { spec: { unschedulable: true } }, {}, ["available", "Cordoned"]],
    ["never reported", { observed: null }, {}, ["available", "NotReporting"]],
    [
      "silent, and its pool was broken",
      { silent: true, ...broken("StoragePoolReady", "DiskFull") },
      {},
      ["available", "HostSilent"],
    ],
    ["without libvirt", broken("LibvirtReachable", "LibvirtUnreachable"), {}, ["available", "LibvirtUnreachable"]],
    ["without its pool", broken("StoragePoolReady", "DiskFull"), {}, ["poolReachable", "DiskFull"]],
    ["without KVM", broken("KvmUsable", "NoDevice"), {}, undefined],
    [
      "without KVM, told to use nothing else",
      { ...broken("KvmUsable", "NoDevice"), spec: { virtType: "kvm" } },
      {},
      ["available", "KvmUnusable"],
    ],
    ["tainted", tainted(GPU), {}, ["untainted", "taint gpu=a"]],
    ["tainted, tolerated", tainted(GPU), { tolerations: [{ key: "gpu", operator: "Exists" }] }, undefined],
    [
      "tainted twice, one tolerated",
      tainted(GPU, { key: "old", effect: "NoSchedule" }),
      { tolerations: [{ key: "gpu", value: "a" }] },
      ["untainted", "taint old"],
    ],
    ["better avoided", tainted({ key: "old", effect: "PreferNoSchedule" }), {}, undefined],
    ["selected", { metadata: { labels: { zone: "a" } } }, { hypervisorSelector: { zone: "a" } }, undefined],
    ["not selected", {}, { hypervisorSelector: { zone: "a" } }, ["selected", "hypervisorSelector zone=a not met"]],
    ["with the network", {}, nic({ network: "lan" }), undefined],
    [
      "never reported, whatever network is asked for",
      { observed: null },
      nic({ network: "dmz" }),
      ["available", "NotReporting"],
    ],
    ["without the network", {}, nic({ network: "dmz" }), ["connected", "network dmz missing"]],
    ["without the bridge", {}, nic({ bridge: "br9" }), ["connected", "bridge br9 missing"]],
    ["without its own network", broken("NetworkReady", "Inactive"), nic({ bridge: "br0" }), undefined],
  ])("%s", (_sentence, parts, spec, want) => {
    const refused = firstRefusal(aHost("host-1", parts), wish(spec), NO_PEERS);
    expect(refused && [refused.filter, refused.reason]).toEqual(want);
  });

  it("have names of their own", () => {
    expect(new Set(FILTERS.map(({ name }) => name)).size).toBe(FILTERS.length);
  });

  it("know where the image could not be had", () => {
    const imageOn: Peers["imageOn"] = (host) =>
      host === "host-1" ? { isCached: false, problem: "ImageForbidden" } : { isCached: true };
    const reasonOn = (name: string) => firstRefusal(aHost(name), wish({}), { ...NO_PEERS, imageOn })?.reason;
    expect([reasonOn("host-1"), reasonOn("host-2")]).toEqual(["image not to be had: ImageForbidden", undefined]);
  });
});

describe("affinity and anti-affinity", () => {
  const inRack = (name: string, rack: string, spec = {}) => aHost(name, { metadata: { labels: { rack } }, spec });
  const [one, two, three] = [inRack("host-1", "r1"), inRack("host-2", "r1"), inRack("host-3", "r2")];
  const bare = aHost("host-4");
  const web = { matchLabels: { app: "web" } };
  const peers = somePeers([{ labels: { app: "web" }, host: one }]);
  const open = (spec: InstanceSpec, labels = {}, around: Peers = peers) =>
    [one, two, three, bare].map((host) => firstRefusal(host, wish(spec, labels), around)?.reason ?? "");

  it("keeps with its peers, by host and by label", () => {
    expect(open({ affinity: [{ labelSelector: web }] })).toEqual([
      "",
      ...Array(3).fill("affinity to app=web by host not met"),
    ]);
    expect(open({ affinity: [{ labelSelector: web, topology: "rack" }] })).toEqual([
      "",
      "",
      "affinity to app=web by rack not met",
      "affinity to app=web by rack not met (it has no label rack)",
    ]);
  });

  it("lets the first of those that select themselves start anywhere with the label, and no other", () => {
    const spec: InstanceSpec = { affinity: [{ labelSelector: web, topology: "rack" }] };
    expect(open(spec, { app: "web" }, NO_PEERS).slice(0, 3)).toEqual(["", "", ""]);
    expect(open(spec, { app: "web" }, NO_PEERS)[3]).toMatch(/no label rack/);
    expect(open(spec, { app: "db" }, NO_PEERS)).not.toContain("");
    expect(open(spec, { app: "web" })[2]).toMatch(/not met/);
  });

  it("keeps away from its peers, by host and by label; a host without the label is far from everybody", () => {
    const far = "anti-affinity to app=web by";
    expect(open({ antiAffinity: [{ labelSelector: web }] })).toEqual([`${far} host`, "", "", ""]);
    expect(open({ antiAffinity: [{ labelSelector: web, topology: "rack" }] })).toEqual([
      `${far} rack`,
      `${far} rack`,
      "",
      "",
    ]);
  });

  it("does it by every aggregate that a host is in", () => {
    const shared = { aggregates: [AGGREGATE] };
    const [left, right] = [inRack("host-5", "r1", shared), inRack("host-6", "r2", shared)];
    const there = somePeers([{ labels: { app: "web" }, host: left }]);
    const refusal = (field: "affinity" | "antiAffinity", host = right) =>
      firstRefusal(host, wish({ [field]: [{ labelSelector: web, topology: "aggregate" }] }), there)?.reason;
    expect([refusal("affinity"), refusal("antiAffinity")]).toEqual([
      undefined,
      "anti-affinity to app=web by aggregate",
    ]);
    expect(refusal("affinity", one)).toBe("affinity to app=web by aggregate not met (it has no aggregate)");
  });

  it("heeds what those that have a host ask for", () => {
    const repulsions = [{ topology: "rack", values: new Set(["r2"]) }];
    expect(open({}, {}, { ...NO_PEERS, repulsions })).toEqual([
      "",
      "",
      "anti-affinity of an instance there by rack",
      "",
    ]);
  });

  it("refuses nothing for a wish", () => {
    expect(
      open({ affinity: [{ labelSelector: web, weight: 9 }], antiAffinity: [{ labelSelector: web, weight: 9 }] }),
    ).toEqual(["", "", "", ""]);
  });
});

import { describe, expect, it } from "vitest";
import { route, routeAlone, routeHost, type Target } from "../../controllers/route.ts";
import { objectOf } from "./support/cluster.ts";
import { anAssignment, anObservation, aRecord, BINDING, NOW, TAIL, UID } from "./support/facts.ts";
import { viewOf } from "./support/view.ts";

const named = anAssignment();
const image = { name: "tiny", source: { url: "http://images/tiny" } };
const STORED = {
  [`uids/${UID}`]: { tail: TAIL },
  [`status/${TAIL}`]: aRecord({ binding: BINDING }),
  [`assigned/host-1/instances/${UID}`]: { ...named, machine: { ...named.machine, image } },
  [`observed/host-1/instances/${UID}`]: anObservation(),
  "status/cluster/images/old": { specCreateRevision: 1, deletion: { requestedAt: NOW }, status: {} },
  "status/cluster/namespaces/leaving": { specCreateRevision: 1, deletion: { requestedAt: NOW }, status: {} },
  "status/ns/team/secrets/old": { specCreateRevision: 1, deletion: { requestedAt: NOW }, status: {} },
  "spec/cluster/images/tiny": objectOf("Image", { name: "tiny" }, image),
};
const view = viewOf(STORED);
const bare = viewOf({ ...STORED, [`assigned/host-1/instances/${UID}`]: undefined });
const texts = (targets: readonly Target[]) =>
  targets.map((target) => (target.to === "waiting" ? "waiting" : `${target.to} ${target.key}`)).sort();
const INSTANCE = `instance ${TAIL}`;

describe("a changed key concerns", () => {
  it.each([
    ["its instance", `spec/${TAIL}`, [INSTANCE]],
    ["its instance", `status/${TAIL}`, [INSTANCE]],
    [
      "a namespace that waits for its last instance",
      "spec/ns/leaving/instances/x",
      ["instance ns/leaving/instances/x", "namespace leaving"],
    ],
    ["a hypervisor and who waits for room", "spec/cluster/hypervisors/host-1", ["hypervisor host-1", "waiting"]],
    ["a hypervisor alone: each bind changes its status", "status/cluster/hypervisors/host-1", ["hypervisor host-1"]],
    [
      "an Image, its users, who waits for it, and Secrets that wait for the last that names them",
      "spec/cluster/images/tiny",
      ["image cluster/images/tiny", INSTANCE, "secret ns/team/secrets/old", "waiting"],
    ],
    ["a namespace", "spec/cluster/namespaces/team", ["namespace team"]],
    [
      "the instance whose host speaks, and its undecided Image",
      `observed/host-1/instances/${UID}`,
      ["image cluster/images/tiny", INSTANCE],
    ],
    ["the hypervisor that reports", "observed/host-1/host", ["hypervisor host-1", "waiting"]],
    ["nobody: user-data", `assigned/host-1/data/${UID}/x`, []],
    ["nobody: a uid that is taken", `uids/${UID}`, []],
    ["whoever was refused for a uid that is free now", "uids/free", ["waiting"]],
    ["nobody: a key of another form", "spec/whatever", []],
    ["nobody: an empty key", "", []],
  ])("%s (%s)", (_whom, key, want) => {
    expect(texts(route(view, key))).toEqual(want);
  });

  it("an assignment that went: its instance, its hypervisor, Images that wait to go", () => {
    expect(texts(route(bare, `assigned/host-1/instances/${UID}`))).toEqual([
      "hypervisor host-1",
      "image cluster/images/old",
      INSTANCE,
    ]);
  });

  it("a host that came or fell silent: itself, its instances, and who waits", () => {
    expect(texts(routeHost(view, "host-1"))).toEqual(["hypervisor host-1", INSTANCE, "waiting"]);
  });

  it("nobody who is left out when everything is looked at, each for itself", () => {
    const keys = Object.keys(STORED).filter((key) => !key.startsWith("uids/") && !key.startsWith("assigned/"));
    const everybody = (routed: typeof route) => [...new Set(keys.flatMap((key) => texts(routed(view, key))))].sort();
    expect(everybody(routeAlone)).toEqual(everybody(route).filter((text) => text !== "waiting"));
  });
});

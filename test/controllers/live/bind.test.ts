import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readHypervisor } from "../../../controllers/cluster/hypervisor-facts.ts";
import { readInstance } from "../../../controllers/cluster/instance-facts.ts";
import { WATCHED_PREFIXES } from "../../../controllers/cluster/watched-prefixes.ts";
import { bindPart } from "../../../controllers/scheduler/bind.ts";
import type { TransactionPart } from "../../../store/transaction-part.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { Cluster, objectOf, specOf, statusOf } from "../support/cluster.ts";
import { anObject, aRecord, NOW, OTHER, TAIL, UID } from "../support/facts.ts";
import { ALIVE, OBSERVED_HOST, viewOfListing } from "../support/view.ts";

const server = sharedEtcd();
let cluster: Cluster;
beforeEach(async () => {
  cluster = await Cluster.on(server);
  const tail = "cluster/hypervisors/host-1";
  const accepted = { generation: 1, spec: {} };
  await cluster.put(`spec/${tail}`, objectOf("Hypervisor", { name: "host-1", uid: OTHER }, {}));
  await cluster.put(`status/${tail}`, { uid: OTHER, specCreateRevision: 1, accepted, status: {} });
  await cluster.put(`uids/${OTHER}`, { tail });
  await cluster.put("observed/host-1/host", OBSERVED_HOST);
  await cluster.put("alive/host-1", ALIVE);
  await cluster.put(specOf("web-1"), anObject());
});
afterEach(() => cluster.stop());

/** What a scheduler would write that sees what stands in etcd now. */
async function bindOfNow(): Promise<TransactionPart> {
  const view = viewOfListing(await cluster.store.list(WATCHED_PREFIXES), () => true);
  const facts = readInstance(view, TAIL);
  const host = readHypervisor(view, "host-1");
  if (!facts.spec) throw new Error("no spec");
  return bindPart({ view, facts, spec: facts.spec, host, image: undefined, texts: {}, record: aRecord(), now: NOW })
    .part;
}

/** A scheduler that was paused between its look and its write. */
describe("a bind", () => {
  it("is written when all is as it was seen", async () => {
    expect((await cluster.store.commit(await bindOfNow())).kind).toBe("committed");
    expect((await cluster.assigned(UID))?.desired).toBe("Running");
  });

  it.each<readonly [string, () => Promise<unknown>]>([
    ["the spec changed", () => cluster.respec("web-1", { resources: { vcpu: 2 } })],
    ["it was asked to go", () => cluster.delete("web-1")],
    ["somebody else admitted it", () => cluster.put(statusOf("web-1"), aRecord())],
    ["its uid became somebody else's", () => cluster.put(`uids/${UID}`, { tail: "ns/default/instances/other" })],
    ["it was assigned there", () => cluster.put(`assigned/host-1/instances/${UID}`, {})],
    ["the host speaks of it already", () => cluster.put(`observed/host-1/instances/${UID}`, {})],
    ["the host was cordoned", () => cluster.hypervisor("host-1", { unschedulable: true })],
    ["the host's status changed", () => cluster.put("status/cluster/hypervisors/host-1", { uid: OTHER, status: {} })],
  ])("is refused when %s meanwhile", async (_what, meanwhile) => {
    const part = await bindOfNow();
    await meanwhile();
    const before = await cluster.keys();
    expect((await cluster.store.commit(part)).kind).toBe("stale");
    expect(await cluster.keys()).toEqual(before);
  });
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openOpenstackPlacement } from "../../../placement/openstack/open-openstack-placement.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { eventually } from "../../support/eventually.ts";
import { PlacementServer } from "../../support/placement-server.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { Cluster } from "../support/cluster.ts";

describe("two clusters on one Placement", () => {
  const etcd = sharedEtcd();
  let server: PlacementServer;
  let red: Cluster;
  let blue: Cluster;
  let resync: () => void;
  beforeAll(async () => {
    server = await PlacementServer.start();
  });
  afterAll(async () => {
    await server.stop();
  });
  beforeEach(async () => {
    await server.reset();
    red = await Cluster.on(etcd);
    blue = await Cluster.on(etcd);
    const controllers = await Promise.all([start(red, "red"), start(blue, "blue")]);
    resync = () => {
      for (const one of controllers) one.resync();
    };
    for (const cluster of [red, blue]) await cluster.image();
    await red.node("host-1");
    await red.hostReady("host-1");
  });
  afterEach(async () => {
    for (const cluster of [red, blue]) await cluster.stop();
  });

  const start = async (cluster: Cluster, name: string) =>
    cluster.controllers({
      placement: await openOpenstackPlacement({ endpoint: server.endpoint, cluster: name, clock: systemClock }),
    });
  const uidOf = async (cluster: Cluster) =>
    (await cluster.read<{ uid: string }>("status/cluster/hypervisors/host-1"))?.uid ?? "";
  const books = async (path: string): Promise<unknown> => (await server.request("GET", path)).body;

  it("place their own on their own, and sweep nothing of the other's", async () => {
    await blue.node("host-2");
    await blue.hostReady("host-2");
    const [mine, theirs] = [await red.instance("web-1"), await blue.instance("web-1")];
    expect((await red.running("web-1")).hypervisor).toBe("host-1");
    expect((await blue.running("web-1")).hypervisor).toBe("host-2");
    const before = [await books(`/allocations/${mine}`), await books(`/allocations/${theirs}`)];
    resync();
    await red.delete("web-1");
    await red.gone("web-1");
    expect(await books(`/allocations/${mine}`)).toEqual({ allocations: {} });
    expect(await books(`/allocations/${theirs}`)).toEqual(before[1]);
    expect(before).toMatchObject([{ consumer_type: "VMCTL_RED" }, { consumer_type: "VMCTL_BLUE" }]);
  });

  it("with a host of the same name: the second says whose it is, and the first keeps it", async () => {
    await red.instance("web-1");
    await red.running("web-1");
    const path = `/resource_providers/${await uidOf(red)}`;
    const before = [await books(`${path}/inventories`), await books(`${path}/traits`), await books(path)];
    const node = await blue.node("host-1");
    await eventually(async () => {
      const condition = await blue.hostCondition("host-1", "PlacementSynced");
      if (condition?.status !== "False") throw new Error(JSON.stringify(condition ?? null));
      expect(condition.message).toMatch(/^Placement has a provider host-1 already, \S+, of the vmctl cluster RED: /);
    });
    await blue.instance("web-2");
    await blue.until("web-2", "Scheduled", "False");
    expect([await books(`${path}/inventories`), await books(`${path}/traits`), await books(path)]).toEqual(before);

    await blue.hypervisor("host-1", {}, { deletionTimestamp: "2030-01-01T00:00:00Z" });
    await node.stop();
    await eventually(async () => (await blue.read("status/cluster/hypervisors/host-1")) === undefined);
    expect(await books(path)).toEqual(before[2]);
  });

  it("with a hypervisor whose uid is the other's provider: it is left alone", async () => {
    const uid = await uidOf(red);
    const before = await books(`/resource_providers/${uid}/inventories`);
    await blue.hypervisor("host-9", {}, { uid });
    const node = await blue.node("host-9");
    await eventually(async () => {
      const condition = await blue.hostCondition("host-9", "PlacementSynced");
      if (condition?.status !== "False") throw new Error(JSON.stringify(condition ?? null));
      expect(condition.message).toContain("is a provider of the vmctl cluster RED: it is left alone");
    });
    await blue.hypervisor("host-9", {}, { deletionTimestamp: "2030-01-01T00:00:00Z" });
    await node.stop();
    await eventually(async () => (await blue.read("status/cluster/hypervisors/host-9")) === undefined);
    expect(await books(`/resource_providers/${uid}/inventories`)).toEqual(before);
  });
});

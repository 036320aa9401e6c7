import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MachineEvent } from "../../../hypervisor/hypervisor.ts";
import { EtcdServer } from "../../support/etcd.ts";
import { eventually } from "../../support/eventually.ts";
import { Cluster } from "../support/cluster.ts";

let server: EtcdServer;
let cluster: Cluster;
beforeEach(async () => {
  server = await EtcdServer.start();
  cluster = await Cluster.on(server);
});
afterEach(async () => {
  await cluster.stop();
  await server.stop();
});

const TTL_SECONDS = 2;

describe("etcd away for three times the lease", () => {
  it("stops no guest and starts none; afterwards all is as before", { timeout: 40_000 }, async () => {
    const { node } = await cluster.one({ ttlSeconds: TTL_SECONDS });
    await cluster.image();
    const uids = [await cluster.instance("web-1"), await cluster.instance("web-2")];
    await cluster.running("web-1");
    await cluster.running("web-2");
    const heard: MachineEvent["kind"][] = [];
    const stopListening = cluster.host().listen(({ kind }) => heard.push(kind));

    await server.kill();
    const until = performance.now() + 3 * TTL_SECONDS * 1000;
    await eventually(() => !node.held(), { deadlineMs: 3 * TTL_SECONDS * 1000 });
    // A guest that ends while etcd is away stays off: nobody has the right to start it.
    const [first = "", second = ""] = uids;
    cluster.host().end(first, "Crashed");
    await eventually(() => performance.now() > until, { deadlineMs: 4 * TTL_SECONDS * 1000, everyMs: 100 });
    expect(heard).toEqual(["stopped"]);
    expect(cluster.host().machines.get(second)?.domain?.state).toBe("running");

    await server.launch();
    await eventually(() => node.held(), { deadlineMs: 15_000 });
    await eventually(() => cluster.host().machines.get(first)?.domain?.state === "running", { deadlineMs: 20_000 });
    await cluster.running("web-2");
    stopListening();
    expect(heard.filter((kind) => kind === "stopped")).toEqual(["stopped"]);
  });
});

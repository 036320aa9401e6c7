import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { API_VERSION, type StoredObject } from "../../../resources/meta.ts";
import { OLDER, registerOlder } from "../../support/older-version.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { Cluster, objectOf, specOf, statusOf } from "../support/cluster.ts";

const server = sharedEtcd();
let cluster: Cluster;
let forget: () => void;
beforeEach(async () => {
  forget = registerOlder();
  cluster = await Cluster.on(server);
  await cluster.one();
  await cluster.image();
});
afterEach(async () => {
  await cluster.stop();
  forget();
});

describe("controllers", () => {
  it("carry out what an older version stored, and leave it in its form", async () => {
    const object = objectOf("Instance", { name: "web-1", namespace: "default" }, { image: { name: "tiny" }, cpus: 2 });
    await cluster.put(specOf("web-1"), { ...object, apiVersion: OLDER });
    await cluster.running("web-1");
    expect((await cluster.assigned(object.metadata.uid))?.machine.vcpu).toBe(2);
    expect((await cluster.record("web-1"))?.accepted?.spec).toMatchObject({ resources: { vcpu: 2 } });
    expect(await cluster.read(specOf("web-1"))).toMatchObject({ apiVersion: OLDER, spec: { cpus: 2 } });
  });

  it("read a status that an older version wrote, and write it in the current one", async () => {
    const uid = await cluster.instance("web-1");
    await cluster.running("web-1");
    const { phase, ...status } = (await cluster.status("web-1")) ?? {};
    const record = await cluster.record("web-1");
    await cluster.put(statusOf("web-1"), { ...record, apiVersion: OLDER, status: { ...status, state: phase } });
    await cluster.respec("web-1", { resources: { vcpu: 2 } });
    await cluster.until("web-1", "RestartRequired", "True");
    expect(await cluster.record("web-1")).toMatchObject({ apiVersion: API_VERSION, uid, binding: record?.binding });
    expect((await cluster.status("web-1"))?.phase).toBe("Running");
  });

  it("let run what a newer version stored, say that they cannot read it, and go on when they can", async () => {
    const uid = await cluster.instance("web-1");
    await cluster.running("web-1");
    const startedAt = cluster.host().machines.get(uid)?.domain?.startedAt;
    const object = await cluster.read<StoredObject>(specOf("web-1"));
    await cluster.put(specOf("web-1"), { ...object, apiVersion: "compute.vmctl/v2", spec: { tomorrow: 1 } });
    const { message } = await cluster.until("web-1", "Accepted", "False", "Invalid");
    expect(message).toContain('has apiVersion "compute.vmctl/v2", which this vmctl does not know');
    expect(cluster.host().machines.get(uid)?.domain?.startedAt).toBe(startedAt);
    expect((await cluster.assigned(uid))?.desired).toBe("Running");
    await cluster.put(specOf("web-1"), object);
    await cluster.until("web-1", "Accepted", "True");
    expect(cluster.host().machines.get(uid)?.domain?.startedAt).toBe(startedAt);
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { Cluster, specOf, statusOf } from "../support/cluster.ts";

const server = sharedEtcd();
let cluster: Cluster;
let uid: string;
beforeEach(async () => {
  cluster = await Cluster.on(server);
  await cluster.one();
  await cluster.image();
  uid = await cluster.instance("web-1");
  await cluster.running("web-1");
});
afterEach(() => cluster.stop());

const startedAt = () => cluster.host().machines.get(uid)?.domain?.startedAt;

/** What controllers believe (architecture section 2): each rule broken by one put or del. */
describe("beliefs", () => {
  it("S1: a copied uid is refused, and taken once it is free", async () => {
    await cluster.instance("copy", {}, { uid });
    await cluster.until("copy", "Accepted", "False", "UidTaken");
    await cluster.delete("web-1");
    await cluster.gone("web-1");
    expect((await cluster.running("copy")).hypervisor).toBe("host-1");
  });

  it("S1: a missing uid is refused, and removed without a trace when it is deleted", async () => {
    await cluster.instance("nobody", {}, { uid: "" });
    await cluster.until("nobody", "Accepted", "False", "UidMissing");
    await cluster.remove(specOf("nobody"));
    await cluster.gone("nobody");
  });

  it("S2: another uid under the same name changes nothing that runs", async () => {
    const before = startedAt();
    await cluster.instance("web-1", { resources: { vcpu: 4 } });
    await cluster.until("web-1", "Accepted", "False", "IdentityChanged");
    expect((await cluster.assigned(uid))?.machine.vcpu).toBe(1);
    expect((await cluster.record("web-1"))?.uid).toBe(uid);
    expect(startedAt()).toBe(before);
  });

  it("S3: a deletion once seen is not taken back", async () => {
    const key = specOf("web-1");
    const text = JSON.stringify(await cluster.read(key));
    await cluster.delete("web-1");
    await eventually(async () => (await cluster.record("web-1"))?.deletion !== undefined || !(await cluster.read(key)));
    if (await cluster.read(key)) await cluster.put(key, text);
    await eventually(() => cluster.host().machines.size === 0);
  });

  it("S3: what was written in the place of one that goes outlives it", async () => {
    await cluster.nodes.get("host-1")?.stop();
    await cluster.delete("web-1");
    await eventually(async () => (await cluster.record("web-1"))?.deletion !== undefined);
    const next = await cluster.instance("web-1");
    await cluster.node();
    await eventually(async () => (await cluster.record("web-1"))?.uid === next);
    await cluster.running("web-1");
    expect([...cluster.host().machines.keys()]).toEqual([next]);
  });

  it("S3: a deletion written past a protection is told of once and not heard, until the protection goes", async () => {
    const before = startedAt();
    await cluster.respec("web-1", { deletionProtection: true });
    await cluster.delete("web-1");
    const told = async () => (await cluster.events(uid)).filter(({ reason }) => reason === "DeletionNotAllowed");
    await eventually(async () => expect(await told()).toHaveLength(1));
    await cluster.annotate("web-1", { a: "b" });
    await eventually(async () => expect((await cluster.record("web-1"))?.accepted?.annotations).toEqual({ a: "b" }));
    expect(await told()).toMatchObject([
      { type: "Warning", count: 1, message: expect.stringContaining(specOf("web-1")) },
    ]);
    expect((await cluster.record("web-1"))?.deletion).toBeUndefined();
    expect(await cluster.status("web-1")).toMatchObject({ phase: "Running" });
    expect(startedAt()).toBe(before);
    await cluster.respec("web-1", { deletionProtection: false });
    await cluster.gone("web-1");
  });

  it("S4: a spec key that vanished deletes nothing, and recover takes it up again", async () => {
    const text = await cluster.read<{ metadata: object }>(specOf("web-1"));
    const created = (await cluster.record("web-1"))?.specCreateRevision;
    await cluster.remove(specOf("web-1"));
    await cluster.until("web-1", "Accepted", "False", "SpecMissing");
    expect(startedAt()).toBeDefined();
    await cluster.put(specOf("web-1"), text);
    await cluster.until("web-1", "Accepted", "False", "IdentityChanged");
    const annotations = { "compute.vmctl/recover": String(created) };
    await cluster.put(specOf("web-1"), { ...text, metadata: { ...text?.metadata, annotations } });
    await cluster.until("web-1", "Accepted", "True");
    expect(startedAt()).toBeDefined();
  });

  it("S5: nothing with the uid is left after a deletion but events", async () => {
    await cluster.respec("web-1", { cloudInit: { userData: "#cloud-config\n" } });
    await eventually(async () => (await cluster.keys(`assigned/host-1/data/${uid}/`)).length === 1);
    await cluster.delete("web-1");
    await cluster.gone("web-1");
    const values = (await cluster.store.list([""])).entries.filter(
      ({ key, value }) => !key.startsWith("events/") && `${key}${value}`.includes(uid),
    );
    expect(values.map(({ key }) => key)).toEqual([]);
  });

  it("S6: the word of a host it is not bound to, or of another epoch, is not heard", async () => {
    const observed = await cluster.observed(uid);
    await cluster.put(`observed/host-2/instances/${uid}`, { ...observed, state: "Failed" });
    await cluster.put(`observed/host-1/instances/${uid}`, { ...observed, epoch: 7, state: "Absent" });
    await cluster.until("web-1", "Ready", "False", "Waiting");
    expect(await cluster.record("web-1")).toMatchObject({ uid, binding: { epoch: 1 } });
    expect(startedAt()).toBeDefined();
  });

  it("S7: a lost assignment stops nothing, is reported, and is written again", async () => {
    const before = startedAt();
    await cluster.remove(`assigned/host-1/instances/${uid}`);
    await eventually(async () => (await cluster.assigned(uid)) !== undefined);
    await cluster.until("web-1", "Ready", "True");
    expect(startedAt()).toBe(before);
  });

  it("S7: without controllers the node keeps the guest and says Unassigned", async () => {
    await cluster.stop();
    cluster = await Cluster.on(server);
    const { controllers } = await cluster.one();
    await cluster.image();
    const id = await cluster.instance("web-2");
    await cluster.running("web-2");
    await controllers.stop();
    await cluster.remove(`assigned/host-1/instances/${id}`);
    await eventually(async () => (await cluster.observed(id))?.unassigned === true);
    expect((await cluster.observed(id))?.state).toBe("Running");
  });

  it("S8: a hostile assignment is not acted upon and is mended", async () => {
    const before = startedAt();
    await cluster.put(`assigned/host-1/instances/${uid}`, '{"uid":"../../etc","desired":"Absent"}');
    await eventually(async () => (await cluster.assigned(uid))?.desired === "Running");
    expect(startedAt()).toBe(before);
  });

  it("S8: an assignment that cannot be read and not be mended is told by its host, and the guest runs on", async () => {
    const before = startedAt();
    const image = await cluster.read("spec/cluster/images/tiny");
    await cluster.remove("spec/cluster/images/tiny", "status/cluster/images/tiny");
    const assigned = await cluster.assigned(uid);
    await cluster.put(`assigned/host-1/instances/${uid}`, { ...assigned, desired: "Frozen" });
    const { message } = await cluster.until("web-1", "Ready", "Unknown", "AssignmentUnreadable");
    expect(message).toMatch(/^host-1 cannot read what it is to do: assigned\/host-1\/instances\/.*\(desired must be/);
    expect(await cluster.status("web-1")).toMatchObject({ phase: "Running", addresses: [{}] });
    expect((await cluster.events(uid)).map(({ reason }) => reason)).toContain("AssignmentUnreadable");
    expect(startedAt()).toBe(before);
    await cluster.put("spec/cluster/images/tiny", image);
    await cluster.until("web-1", "Ready", "True", "Running");
    expect(startedAt()).toBe(before);
  });

  it("S8: what a host said of an assignment that never was one goes with it", async () => {
    const stranger = "0d3c2f1e-1111-4222-8333-444455556666";
    const key = `assigned/host-1/instances/${stranger}`;
    const record = { ...(await cluster.assigned(uid)), uid: stranger, name: "stranger", desired: "Frozen" };
    await cluster.put(key, record);
    await eventually(async () => (await cluster.observed(stranger))?.problem?.reason === "AssignmentUnreadable");
    await cluster.put(key.replace(stranger, stranger.replace("0d", "1d")), record);
    await cluster.remove(key, key.replace(stranger, stranger.replace("0d", "1d")));
    await eventually(async () => (await cluster.keys("observed/host-1/instances/")).length === 1);
    expect([...cluster.host().machines.keys()]).toEqual([uid]);
  });

  it("S8: a node that finds such an assignment when it starts says so too", async () => {
    await cluster.stop();
    cluster = await Cluster.on(server);
    const { controllers, node } = await cluster.one();
    await cluster.image();
    const id = await cluster.instance("web-2");
    await cluster.running("web-2");
    await controllers.stop();
    await node.stop();
    await cluster.put(`assigned/host-1/instances/${id}`, "{");
    await cluster.put("assigned/host-1/instances/not-a-uid", "{");
    await cluster.node();
    await eventually(async () => (await cluster.observed(id))?.problem?.reason === "AssignmentUnreadable");
    expect(await cluster.observed(id)).toMatchObject({ state: "Running", epoch: 1 });
    expect(await cluster.keys("observed/host-1/instances/")).toEqual([`observed/host-1/instances/${id}`]);
  });

  it.each([
    ["no JSON", "{{{"],
    ["another uid", '{"uid":"x","state":"Absent"}'],
    ["a proto key", '{"__proto__":{"state":"Absent"}}'],
  ])("S8: a hostile report (%s) hurts nobody and is said again by the host", async (_what, text) => {
    await cluster.put(`observed/host-1/instances/${uid}`, text);
    await eventually(async () => (await cluster.observed(uid).catch(() => undefined))?.state === "Running");
    await cluster.until("web-1", "Ready", "True");
    expect(startedAt()).toBeDefined();
  });

  it("S8: a spec that became unreadable or invalid leaves the last accepted one in force", async () => {
    const text = await cluster.read(specOf("web-1"));
    await cluster.put(specOf("web-1"), "]");
    await cluster.until("web-1", "Accepted", "False", "Invalid");
    await cluster.put(specOf("web-1"), { ...(text as object), spec: { resources: { vcpu: -3 }, colour: "red" } });
    await eventually(async () => (await cluster.condition("web-1", "Accepted"))?.message.includes("vcpu") === true);
    expect((await cluster.record("web-1"))?.accepted?.spec).toEqual({ image: { name: "tiny" } });
    expect(startedAt()).toBeDefined();
  });

  it("S8: a status that cannot be read is left alone, and others live on", async () => {
    await cluster.put(statusOf("web-1"), "nonsense");
    await cluster.instance("web-2");
    await cluster.running("web-2");
    expect((await cluster.store.get(statusOf("web-1")))?.value).toBe("nonsense");
    expect(startedAt()).toBeDefined();
  });

  it("S8: such a status is told of by an event, and written again once it is removed", async () => {
    const before = startedAt();
    await cluster.put(statusOf("web-1"), "nonsense");
    const told = async () => (await cluster.events(uid)).filter(({ reason }) => reason === "StatusUnreadable");
    const event = await eventually(async () => {
      const [first] = await told();
      if (!first) throw new Error("no event yet");
      return first;
    });
    expect(event).toMatchObject({ type: "Warning", count: 1, kind: "Instance", name: "web-1" });
    expect(event.message).toContain(`${statusOf("web-1")} cannot be read (is not JSON)`);
    // Whatever else happens around it says it no second time.
    await cluster.annotate("web-1", { a: "b" });
    await cluster.instance("web-2");
    await cluster.running("web-2");
    expect(await told()).toMatchObject([{ count: 1 }]);
    await cluster.remove(statusOf("web-1"));
    await cluster.running("web-1");
    expect(startedAt()).toBe(before);
  });
});

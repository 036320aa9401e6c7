import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { E2eCluster, HOST } from "../support/e2e-cluster.ts";
import { E2E_ROOT, listKeys } from "../support/e2e-etcd.ts";
import { imageYaml, instanceYaml, qemuPid, whenCondition, whenReady } from "../support/e2e-guest.ts";
import { eventually } from "../support/eventually.ts";

/** What controllers believe (architecture section 2): each rule is broken by one put or del of an administrator. */
let cluster: E2eCluster;
let uid: string;
let pid: number;

const SPEC = "spec/ns/default/instances/";
const put = (key: string, value: string) => cluster.etcd.etcdctl("put", E2E_ROOT + key, value);
const del = (key: string) => cluster.etcd.etcdctl("del", E2E_ROOT + key);
const read = async (key: string): Promise<string> => {
  const found = (await listKeys(cluster.etcd, key)).keys.find((entry) => entry.key === key);
  if (!found) throw new Error(`${key} does not exist`);
  return found.value;
};
type Stored = { metadata: Record<string, unknown>; spec: Record<string, unknown> };
const stored = async (name: string): Promise<Stored> => JSON.parse(await read(SPEC + name)) as Stored;
const putSpec = (name: string, { metadata, spec }: Stored, changes: Record<string, unknown>) =>
  put(
    SPEC + name,
    JSON.stringify({
      apiVersion: "compute.vmctl/v1alpha1",
      kind: "Instance",
      metadata: { ...metadata, ...changes },
      spec,
    }),
  );
const untouched = async (): Promise<void> => expect(await qemuPid(cluster, "default.web")).toBe(pid);
const domains = async () => (await cluster.virsh("list", "--all", "--name")).split("\n").filter(Boolean).sort();

beforeAll(async () => {
  cluster = await E2eCluster.start();
  await cluster.apply(imageYaml(cluster) + instanceYaml("web"));
  uid = (await whenReady(cluster, "web")).metadata.uid;
  pid = await qemuPid(cluster, "default.web");
});
afterAll(() => cluster?.finish());

describe("S1: who is admitted", () => {
  it.each([
    ["copied", "a uid that belongs to another", () => uid, "False/UidTaken"],
    ["nameless", "no uid", () => undefined, "False/UidMissing"],
    ["crooked", "a uid of no form", () => "../../etc", "False/UidMissing"],
  ])("%s: %s", async (name, _, uidOf, wanted) => {
    await putSpec(name, await stored("web"), { name, uid: uidOf() });
    const seen = await eventually(
      async () => {
        const { keys } = await listKeys(cluster.etcd, `status/ns/default/instances/${name}`);
        const record = JSON.parse(keys[0]?.value ?? "{}");
        const accepted = record.status?.conditions?.find((found: { type: string }) => found.type === "Accepted");
        return accepted ? `${accepted.status}/${accepted.reason}` : false;
      },
      { deadlineMs: 20_000, everyMs: 100 },
    );
    expect(seen).toBe(wanted);
    expect(await domains()).toEqual(["default.web", "foreign"]);
    await del(SPEC + name);
    const statusOf = `status/ns/default/instances/${name}`;
    await eventually(async () => (await listKeys(cluster.etcd, statusOf)).keys.length === 0, { everyMs: 100 });
    await untouched();
  });
});

describe("S2: another object under an admitted name", () => {
  it("does not count, and the admitted one goes on", async () => {
    const before = await stored("web");
    await putSpec("web", before, { uid: "6f1f9f0e-3d3a-4f0b-9d1b-2a4a3f4f5a6b" });
    await whenCondition(cluster, "web", ["Accepted", "False/IdentityChanged"]);
    await untouched();
    await putSpec("web", before, {});
    await whenCondition(cluster, "web", ["Accepted", "True/Admitted"]);
    await untouched();
  });
});

describe("S4: a spec key that vanished", () => {
  it("deletes nothing, is shown, and can be written again", async () => {
    await del(`${SPEC}web`);
    await whenCondition(cluster, "web", ["Accepted", "False/SpecMissing"]);
    expect(await cluster.vmctlOk("get", "instances", "-o", "name")).toBe("instance/web\n");
    await untouched();
    await cluster.vmctlOk("recover", "instance/web");
    const recovered = await whenCondition(cluster, "web", ["Accepted", "True/Admitted"]);
    expect(recovered.metadata.uid).toBe(uid);
    await untouched();
  });
});

describe("S6: a host speaks for itself only", () => {
  it("is not heard about another host's instance, nor about another epoch", async () => {
    const observed = JSON.parse(await read(`observed/${HOST}/instances/${uid}`));
    await put(`observed/host-2/instances/${uid}`, JSON.stringify({ ...observed, state: "Stopped" }));
    await put(`observed/${HOST}/instances/${uid}`, JSON.stringify({ ...observed, state: "Stopped", epoch: 7 }));
    await cluster.apply(instanceYaml("after", "runStrategy: Halted"));
    await whenCondition(cluster, "after", ["Scheduled", "True/Bound"]);
    expect((await cluster.object("instance", "web"))?.status?.phase).not.toBe("Stopped");
    await untouched();
    await del(`observed/host-2/instances/${uid}`);
    await put(`observed/${HOST}/instances/${uid}`, JSON.stringify(observed));
    await whenReady(cluster, "web");
  });
});

describe("S7: a missing assignment", () => {
  it("stops nothing and starts nothing; whoever leads writes it again", async () => {
    await cluster.controller.terminate();
    const key = `assigned/${HOST}/instances/${uid}`;
    await del(key);
    await eventually(async () => JSON.parse(await read(`observed/${HOST}/instances/${uid}`)).unassigned === true, {
      deadlineMs: 20_000,
      everyMs: 100,
    });
    await untouched();
    cluster.controller.start();
    await eventually(() => read(key), { deadlineMs: 30_000, everyMs: 100 });
    await whenReady(cluster, "web");
    await untouched();
  });

  it("nor does a wiped prefix", async () => {
    await cluster.etcd.etcdctl("del", "--prefix", `${E2E_ROOT}assigned/${HOST}/`);
    await cluster.etcd.etcdctl("del", "--prefix", `${E2E_ROOT}observed/${HOST}/instances/`);
    await eventually(() => read(`assigned/${HOST}/instances/${uid}`), { deadlineMs: 30_000, everyMs: 100 });
    await whenReady(cluster, "web");
    await untouched();
  });
});

describe("a lost status", () => {
  it.each([
    ["of one instance", ["status/ns/default/instances/web"]],
    ["of everything", ["--prefix", "status/"]],
  ])("%s is written again as the host was told; the guest hears nothing of it", async (_, lost) => {
    const assigned = await read(`assigned/${HOST}/instances/${uid}`);
    await cluster.etcd.etcdctl("del", ...lost.slice(0, -1), E2E_ROOT + lost.at(-1));
    await eventually(async () => "binding" in JSON.parse(await read("status/ns/default/instances/web")), {
      deadlineMs: 30_000,
      everyMs: 100,
    });
    expect((await whenReady(cluster, "web")).metadata.uid).toBe(uid);
    expect(await read(`assigned/${HOST}/instances/${uid}`)).toBe(assigned);
    expect(await cluster.vmctlOk("describe", "instance", "web")).toContain("BindingRebuilt");
    await untouched();
  });
});

describe("S8: a hostile record", () => {
  const good = async (name: string): Promise<void> => {
    await cluster.apply(instanceYaml(name, "runStrategy: Halted"));
    await whenCondition(cluster, name, ["Scheduled", "True/Bound"]);
    await cluster.vmctlOk("delete", "instance", name, "--now", "--timeout=30s");
    await untouched();
  };

  it.each([
    ["no JSON", "{"],
    ["another shape", '{"uid": 7}'],
    ["a path for a name", undefined],
  ])("under assigned/ hurts only itself: %s", async (_, text) => {
    const key = `assigned/${HOST}/instances/${uid}`;
    const hostile = text ?? JSON.stringify({ ...JSON.parse(await read(key)), name: "../../../tmp/x" });
    await put(key, hostile);
    await good("neighbour");
    await eventually(async () => (await read(key)) !== hostile, { deadlineMs: 20_000, everyMs: 100 });
    await whenReady(cluster, "web");
    await untouched();
  });

  it("under assigned/ for a uid that nobody admitted does nothing", async () => {
    const key = `assigned/${HOST}/instances/${uid}`;
    const stranger = "0d3c2f1e-1111-4222-8333-444455556666";
    await put(`assigned/${HOST}/instances/${stranger}`, `${await read(key)}`);
    await put(`assigned/${HOST}/instances/not-a-uid`, "{}");
    await good("neighbour");
    expect(await domains()).toEqual(["default.web", "foreign"]);
    await del(`assigned/${HOST}/instances/${stranger}`);
    await del(`assigned/${HOST}/instances/not-a-uid`);
  });

  it("under observed/ hurts only itself", async () => {
    const key = `observed/${HOST}/instances/${uid}`;
    await put(key, '{"__proto__": {"state": "Stopped"}}');
    await put(`observed/${HOST}/host`, "[]");
    await put("observed/../host", "x");
    await untouched();
    await cluster.node.terminate();
    cluster.node.start();
    await good("neighbour");
    await whenReady(cluster, "web");
    await untouched();
    await del("observed/../host");
  });

  it("under spec/ and status/ hurts only itself", async () => {
    await put(`${SPEC}broken`, "not json");
    await put("status/ns/default/instances/broken-2", "[1]");
    await put("spec/cluster/hypervisors/broken", '{"kind":"Hypervisor"}');
    await good("neighbour");
    await eventually(async () => (await read("status/ns/default/instances/broken")).includes('"Invalid"'), {
      everyMs: 100,
    });
    expect((await cluster.vmctl("get", "instances", "-o", "name")).stdout).toContain("instance/web\n");
    const web = await stored("web");
    await putSpec("web", { ...web, spec: { ...web.spec, resources: { vcpu: "many" } } }, {});
    await whenCondition(cluster, "web", ["Accepted", "False/Invalid"]);
    await untouched();
    await putSpec("web", web, {});
    await whenCondition(cluster, "web", ["Accepted", "True/Admitted"]);
    await del(`${SPEC}broken`);
    await del("status/ns/default/instances/broken-2");
    await del("spec/cluster/hypervisors/broken");
    await untouched();
  });

  it("in the place of a status is shown, and heals once it is removed", async () => {
    const key = "status/ns/default/instances/web";
    await put(key, "[1]");
    const described = await eventually(
      async () => {
        const text = await cluster.vmctlOk("describe", "instance", "web");
        return text.includes("StatusUnreadable") ? text : false;
      },
      { everyMs: 100 },
    );
    expect(described).toMatch(/Ready +Unknown +Quarantined/);
    await good("neighbour");
    await del(key);
    await whenReady(cluster, "web");
    await untouched();
  });
});

describe("S3, S5: a deletion", () => {
  it("cannot be taken back, and removes every key at once", async () => {
    const web = await stored("web");
    await putSpec("web", web, { deletionTimestamp: new Date().toISOString() });
    await eventually(async () => "deletion" in JSON.parse(await read("status/ns/default/instances/web")), {
      everyMs: 100,
    });
    await putSpec("web", web, {});
    await eventually(async () => (await cluster.object("instance", "web")) === undefined, {
      deadlineMs: 60_000,
      everyMs: 250,
    });
    const { keys } = await listKeys(cluster.etcd);
    expect(keys.filter(({ key }) => !key.startsWith("events/") && key.includes(uid))).toEqual([]);
  });
});

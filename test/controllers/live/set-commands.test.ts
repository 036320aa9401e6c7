import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { InstanceSet, type InstanceSetSpec } from "../../../resources/instance-set.ts";
import { runWords } from "../../cmd/vmctl/run-words.ts";
import { eventually } from "../../support/eventually.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { Cluster } from "../support/cluster.ts";
import { Objects } from "../support/objects.ts";

const server = sharedEtcd();
let cluster: Cluster;
let objects: Objects;
let round = 0;
beforeEach(async () => {
  round += 1;
  const root = `/sets-${round}/`;
  cluster = await Cluster.on(server, root);
  objects = new Objects(cluster);
  vi.stubEnv("VMCTL_ENDPOINTS", server.endpoint);
  vi.stubEnv("VMCTL_ROOT", root);
  vi.stubEnv("VMCTL_FIELD_MANAGER", "me");
  vi.stubEnv("HOME", "/nonexistent");
  await cluster.one({ simulated: { capacity: { vcpu: 32, memory: 32 * 2 ** 30, disk: 2 ** 40 } } });
  await cluster.image();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await cluster.stop();
});

const TAIL = "ns/default/instancesets/web";
const LABELS = { app: "web" };
const spec = (replicas: number, template: object = {}) => ({
  replicas,
  selector: { matchLabels: LABELS },
  template: { metadata: { labels: LABELS }, spec: { image: { name: "tiny" }, ...template } },
});
const vmctl = (line: string) => runWords(...line.split(" "));
const done = (out: string) => ({ status: 0, out, err: "" });
const specOf = async () => (await objects.stored<InstanceSetSpec>(TAIL)).spec;
const rolledOut = async () => {
  const { status, err } = await vmctl("rollout status instanceset/web --timeout=15s");
  expect({ status, err }).toEqual({ status: 0, err: "" });
};
async function started(replicas = 2): Promise<void> {
  await objects.put(InstanceSet, "web", spec(replicas));
  await rolledOut();
}

describe("manifests/instance-set.yaml", () => {
  it("makes what it says, and can be scaled and applied as it says", async () => {
    const path = new URL("../../../manifests/instance-set.yaml", import.meta.url).pathname;
    const apply = () => vmctl(`apply -f ${path}`);
    expect(await apply()).toEqual(done("instanceset/shop created\n"));
    expect((await vmctl("rollout status instanceset/shop --timeout=15s")).status).toBe(0);
    const names = async () => (await vmctl("get instances -l app=shop -o name")).out.split("\n").filter(Boolean);
    expect(await names()).toEqual(["instance/shop-0", "instance/shop-1", "instance/shop-2"]);
    expect(await apply()).toEqual(done("instanceset/shop unchanged\n"));
    expect(await vmctl("scale instanceset/shop --replicas=5")).toEqual(done("instanceset/shop scaled\n"));
    expect((await vmctl("rollout status instanceset/shop --timeout=15s")).status).toBe(0);
    expect(await names()).toHaveLength(5);
  });
});

describe("scale", () => {
  it("sets the replicas; with --current-replicas only if that is what stands there", async () => {
    await started();
    expect(await vmctl("scale instanceset/web --replicas=3")).toEqual(done("instanceset/web scaled\n"));
    expect(await vmctl("scale iset web --replicas 3")).toEqual(done("instanceset/web unchanged (it has 3 replicas)\n"));
    const refused = await vmctl("scale instanceset/web --replicas=1 --current-replicas=2");
    expect(refused).toMatchObject({ status: 3, err: expect.stringContaining("spec.replicas is 3 now, not 2") });
    expect((await specOf()).replicas).toBe(3);
    expect((await vmctl("scale instanceset/web --replicas=1 --current-replicas=3 --dry-run=cluster")).out).toBe(
      "instanceset/web scaled (dry run)\n",
    );
    expect((await vmctl("scale instanceset/web --replicas=1 --current-replicas=3")).status).toBe(0);
    await rolledOut();
    await objects.gone("ns/default/instances/web-1", "ns/default/instances/web-2");
    expect((await vmctl("get instancesets")).out).toMatch(
      /STATUS +DESIRED +CURRENT +READY +UPDATED +AGE\nweb +Ready +1 +1 +1 +1 /,
    );
  });

  it.each([
    ["scale instance/web-0 --replicas=1", 2, "only instancesets can be scaled, not instance/web-0"],
    ["scale instanceset/web --replicas=many", 2, "--replicas many: a number from 0 to 1000 expected"],
    ["scale instanceset/web", 2, "--replicas"],
    ["scale instanceset/nobody --replicas=1", 1, "instanceset/nobody not found"],
    ["rollout undo instance/web-0", 2, "only instancesets can be rolled back"],
    ["rollout undo instanceset/web --to-revision=x", 2, "the number of a revision expected"],
    ["rollout history instanceset/nobody", 1, "instanceset/nobody not found"],
    ["rollout status instanceset/nobody", 1, "instanceset/nobody not found"],
  ])("%s is refused", async (line, status, message) => {
    expect(await vmctl(line)).toMatchObject({ status, err: expect.stringContaining(message) });
  });
});

describe("rollout", () => {
  it("is followed, listed and undone", async () => {
    await started();
    const before = await specOf();
    await objects.respec(TAIL, spec(2, { resources: { vcpu: 2 } }));
    const followed = await vmctl("rollout status instanceset/web --timeout=15s");
    expect(followed.status).toBe(0);
    expect(followed.out).toMatch(/^waiting for instanceset "web": /);
    expect(followed.out).toMatch(/instanceset "web" successfully rolled out: 2 ready\n$/);
    expect((await vmctl("rollout history instanceset/web")).out).toMatch(
      /^REVISION +NAME +AGE +STATE\n1 +web-[0-9a-f]{10} +\d+s\n2 +web-[0-9a-f]{10} +\d+s +present\n$/,
    );
    expect((await vmctl("rollout history instanceset/web --revision=2")).out).toContain("vcpu: 2");
    expect((await vmctl("rollout history instanceset/web --revision=7")).err).toContain("on record: 1, 2");
    expect(await vmctl("rollout undo instanceset/web")).toEqual(done("instanceset/web rolled back\n"));
    await rolledOut();
    expect((await specOf()).template).toEqual(before.template);
    expect((await vmctl("rollout history instanceset/web")).out).toMatch(/\n2 .*\n3 .* present\n$/);
    expect((await vmctl("rollout undo instanceset/web --to-revision=2")).status).toBe(0);
    await rolledOut();
    expect((await specOf()).template.spec.resources).toEqual({ vcpu: 2 });
    expect((await vmctl("rollout undo instanceset/web --to-revision=2")).err).toContain("there is no revision 2");
  });

  it("restart restarts every instance once, and none twice", async () => {
    await started();
    const uids = [...cluster.host().machines.keys()];
    const tokens = () => uids.map((uid) => cluster.host().machines.get(uid)?.domain?.tags.restartToken);
    expect(tokens()).toEqual([undefined, undefined]);
    expect(await vmctl("rollout restart instanceset/web")).toEqual(done("instanceset/web restarted\n"));
    await rolledOut();
    const token = (await specOf()).template.metadata?.annotations?.["compute.vmctl/restart"];
    expect(tokens()).toEqual([token, token]);
    expect([...cluster.host().machines.keys()]).toEqual(uids);
  });

  it("status ends: with 4 when the time is over, with 1 when it cannot come to an end", async () => {
    await started();
    await objects.respec(TAIL, spec(2, { sshKeys: ["ssh-ed25519 AAAA me"] }));
    await objects.until(TAIL, "Updated", "False", "HeldBack");
    const late = await vmctl("rollout status instanceset/web --timeout=1s");
    expect(late).toMatchObject({ status: 4, err: expect.stringContaining("spec.sshKeys (NeedsRecreate)") });
    expect((await vmctl("rollout status instanceset/web --watch=false")).status).toBe(0);
    expect(await vmctl("rollout status instanceset/web --revision=1")).toMatchObject({
      status: 1,
      err: expect.stringContaining("instanceset/web has revision 2 now, not 1"),
    });
    await objects.respec(TAIL, { updateStrategy: { type: "OnDelete" } });
    await eventually(async () => (await objects.condition(TAIL, "Accepted"))?.status === "True");
    expect(await vmctl("rollout status instanceset/web")).toMatchObject({
      status: 1,
      err: expect.stringContaining("updateStrategy OnDelete"),
    });
  });
});

describe("delete", () => {
  it("--cascade says once what becomes of the instances", async () => {
    await started();
    expect((await vmctl("delete instanceset/web --cascade=orphn")).err).toContain('did you mean "orphan"?');
    await objects.remeta(TAIL, { finalizers: ["example.org/hold"] });
    expect((await vmctl("delete instanceset/web --cascade=orphan --wait=false")).status).toBe(0);
    await objects.until(TAIL, "DeletionFinished", "False", "FinalizersRemaining");
    expect(await vmctl("delete instanceset/web --cascade=foreground --wait=false")).toMatchObject({
      status: 1,
      err: expect.stringContaining("is being deleted already, with --cascade=orphan"),
    });
    expect((await vmctl("describe instanceset web")).out).toContain("example.org/hold");
    await objects.remeta(TAIL, { finalizers: [] });
    await objects.gone(TAIL);
    expect(cluster.host().machines.size).toBe(2);
    expect((await vmctl("delete namespace default")).err).toContain("namespace/default cannot be deleted");
  });
});

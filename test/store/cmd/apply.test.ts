import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { specKey } from "../../../resources/keys.ts";
import type { Store } from "../../../store/store.ts";
import { QuickCli } from "../../cmd/quick-cli.ts";
import { StandInController } from "../../cmd/stand-in-controller.ts";
import { EtcdServer } from "../../support/etcd.ts";
import { eventually } from "../../support/eventually.ts";

let server: EtcdServer;
let folder: string;
let store: Store;
let cli: QuickCli;
let round = 0;
const all: QuickCli[] = [];

beforeAll(async () => {
  server = await EtcdServer.start();
  folder = await mkdtemp(join(tmpdir(), "vmctl-apply-"));
});
afterAll(async () => {
  for (const one of all) await one.stop();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  round += 1;
  const root = `/apply-${round}/`;
  store = await server.store({ root });
  cli = new QuickCli({ VMCTL_ENDPOINTS: server.endpoint, VMCTL_ROOT: root, VMCTL_FIELD_MANAGER: "me" });
  all.push(cli);
});

const instance = (name: string, ...lines: string[]): string =>
  `apiVersion: compute.vmctl/v1alpha1\nkind: Instance\nmetadata: {name: ${name}}\n` +
  `spec:\n  image: {name: tiny}\n${lines.map((line) => `  ${line}\n`).join("")}`;
const apply = (yaml: string, ...flags: string[]) => cli.run(["apply", "-f", "-", ...flags], { stdin: yaml });
const diff = (yaml: string, ...flags: string[]) => cli.run(["diff", "-f", "-", ...flags], { stdin: yaml });
const names = async () => (await cli.out("get", "instances", "-o", "name")).split("\n").filter(Boolean);
const specs = async () => (await store.list(["spec/", "status/"])).entries;
const bound = async (name: string) => {
  const binding = { hypervisor: "host-1", epoch: 1, boundAt: "2030-01-02T03:04:05Z" };
  const stored = await new StandInController(store).spec(name);
  const value = JSON.stringify({ uid: stored.metadata.uid, specCreateRevision: 1, binding, status: {} });
  const write = { op: "put", key: `status/ns/default/instances/${name}`, value } as const;
  await store.commit({ compares: [], writes: [write] });
};

describe("two managers", () => {
  it("conflict over one field, by name and value, and one may take over", async () => {
    await apply(instance("a", "resources: {vcpu: 2}"), "--field-manager=ci");
    const { status, err } = await apply(instance("a", "resources: {vcpu: 4}"));
    expect(status).toBe(3);
    expect(err).toContain("instance/a conflict: stdin:6:15 spec.resources.vcpu was set to 2 by ci, here it is 4");
    expect(err).toContain("--force-conflicts");
    expect((await apply(instance("a", "resources: {vcpu: 4}"), "--force-conflicts")).out).toBe(
      "instance/a configured\n",
    );
    const back = await apply(instance("a", "resources: {vcpu: 2}"), "--field-manager=ci");
    expect(back.err).toContain("was set to 4 by me");
  });

  it("share an object, each its own fields", async () => {
    await apply(instance("a", "resources: {vcpu: 2}"), "--field-manager=ci");
    await apply(instance("a", "description: mine"));
    await apply(instance("a"), "--field-manager=ci");
    const { spec } = JSON.parse(await cli.out("get", "instance", "a", "-o", "json"));
    expect(spec).toEqual({ image: { name: "tiny" }, description: "mine" });
  });

  it("a field that a command changed is whose command it was", async () => {
    await apply(instance("a", "runStrategy: Always"), "--field-manager=ci");
    await cli.out("stop", "instance/a");
    const { status, err } = await apply(instance("a", "runStrategy: Always"), "--field-manager=ci");
    expect(status).toBe(3);
    expect(err).toContain('spec.runStrategy was set to "Halted" by me');
  });
});

describe("diff", () => {
  it("says 0 for nothing, 1 for changes, with fields and effects, and writes nothing", async () => {
    await apply(instance("a", "resources: {vcpu: 1}"));
    await bound("a");
    expect(await diff(instance("a", "resources: {vcpu: 1}"))).toMatchObject({ status: 0, err: "" });
    const before = await specs();
    const wanted = `${instance("a", "resources: {vcpu: 2}", "description: x", "hostname: b").replace(
      "image: {name: tiny}",
      "image: {name: other}",
    )}---\n${instance("b", "resources: {vcpu: 1, memory: 1Gi, disk: 3Gi}")}`;
    const { status, out } = await diff(wanted);
    expect(status).toBe(1);
    const lines = out.split("\n").map((line) => line.replace(/ +/g, " ").trim());
    expect(lines).toEqual([
      "instance/a would be configured",
      'spec.image {"name":"tiny"} → {"name":"other"} recreate (held back)',
      "spec.resources.vcpu 1 → 2 restart",
      "spec.description (none) → x live",
      "spec.hostname (none) → b restart",
      "instance/b would be created: 1 vcpu, 1Gi memory, 3Gi disk",
      "no answer in 5 s where it would go: does a controller run?",
      "In all: 1 vcpu, 512Mi memory, 2Gi disk → 3 vcpu, 1536Mi memory, 5Gi disk",
      "",
    ]);
    expect(await specs()).toEqual(before);
    // Without new ones nobody is asked where they would go.
    const [changed = ""] = wanted.split("---\n");
    expect((await diff(changed, "--fail-on-held")).status).toBe(2);
    const dry = await apply(changed, "--dry-run=server");
    expect(dry).toMatchObject({ status: 1, out: (await diff(changed)).out });
  });

  it("says 2 and more for what is wrong", async () => {
    await apply(instance("a", "hypervisor: host-1"), "--field-manager=ci");
    await bound("a");
    expect((await diff(instance("a", "hypervisor: host-2"), "--field-manager=ci")).status).toBe(2);
    expect((await diff(instance("a", "hypervisor: host-2"))).status).toBe(3);
    expect((await diff("kind: Nothing\n")).status).toBe(2);
    const nowhere = await cli.run(["diff", "-f", "-", "--endpoints", "127.0.0.1:1"], { stdin: instance("a") });
    expect(nowhere.status).toBe(2);
  });

  it("is there for programs", async () => {
    await apply(instance("a"));
    const wanted = `${instance("a", "description: x")}---\n${instance("b")}`;
    const { out } = await new StandInController(store).answering(() => diff(wanted, "-o", "json"));
    expect(JSON.parse(out)).toMatchObject({
      kind: "Plan",
      items: [
        {
          name: "a",
          result: "configured",
          changes: [{ path: "spec.description", old: null, new: "x", effect: "live", heldBack: false }],
        },
        { name: "b", result: "created" },
      ],
    });
  });
});

describe("manifests", () => {
  it("come from a URL, and its troubles are said", async () => {
    const web = await listen();
    try {
      const { port } = web.address() as AddressInfo;
      expect(await cli.out("apply", "-f", `http://127.0.0.1:${port}/a.yaml`)).toBe("instance/a created\n");
      const { status, err } = await cli.run(["apply", "-f", `http://127.0.0.1:${port}/none`]);
      expect(status).toBe(1);
      expect(err).toContain(`http://127.0.0.1:${port}/none cannot be read: the server says 404 Not Found`);
    } finally {
      await new Promise((resolve) => web.close(resolve));
    }
  });

  it("of kustomize are kubectl's to make", async () => {
    const { status, err } = await cli.run(["apply", "-k", "overlays/prod"]);
    expect(status).toBe(2);
    expect(err).toContain("kubectl kustomize overlays/prod | vmctl apply -f -");
  });
});

describe("a set", () => {
  const inSet = (yaml: string, ...flags: string[]) => apply(yaml, "--applyset=shop", "--prune", ...flags);
  const many = (...list: string[]) => list.map((name) => instance(name)).join("---\n");
  const FIVE = ["a", "b", "c", "d", "e"];

  it("loses what the files no longer hold, printed first, and nothing else", async () => {
    await apply(instance("foreign"));
    await inSet(many(...FIVE));
    const { status, out } = await inSet(many("a", "b", "c", "d"));
    expect(status).toBe(0);
    expect(out.split("\n")[0]).toBe("instance/e to be pruned");
    expect(out).toMatch(/instance\/e pruned\n$/);
    const { metadata } = await new StandInController(store).spec("e");
    expect(metadata.deletionTimestamp).toBeDefined();
    expect((await new StandInController(store).spec("foreign")).metadata.deletionTimestamp).toBeUndefined();
  });

  it("is not emptied by mistake", async () => {
    await inSet(many(...FIVE));
    const before = await specs();
    const most = await inSet(many("a", "b"));
    expect(most).toMatchObject({ status: 1, err: expect.stringContaining("3 of 5 would go, more than 1") });
    const empty = join(folder, `empty-${round}`);
    await mkdir(empty);
    const none = await cli.run(["apply", "-f", empty, "--applyset=shop", "--prune", "--prune-limit=100%"]);
    expect(none).toMatchObject({
      status: 1,
      err: expect.stringContaining("there is no manifest: nothing was changed"),
    });
    expect(await specs()).toEqual(before);
    expect((await inSet(many("a", "b"), "--prune-limit=60%")).status).toBe(0);
    expect((await cli.run(["apply", "-f", empty, "--applyset=shop", "--prune", "--yes"])).status).toBe(0);
  });

  it("keeps what may not be deleted, and says so", async () => {
    await inSet(`${many("a", "b")}---\n${instance("kept", "deletionProtection: true")}`);
    const { status, err } = await inSet(many("a", "b"));
    expect(status).toBe(1);
    expect(err).toContain("not pruned: instance/kept is protected");
    expect((await inSet(many("a", "b"))).err).toContain("instance/kept is protected");
  });

  it("leaves an object alone that has the name of a member and is another", async () => {
    await inSet(many(...FIVE));
    const stored = await new StandInController(store).spec("e");
    const value = JSON.stringify({
      ...stored,
      metadata: { ...stored.metadata, uid: "6f1f9f0e-3d3a-4f0b-9d1b-2a4a3f4f5a6b" },
    });
    const write = { op: "put", key: specKey("ns/default/instances/e"), value } as const;
    await store.commit({ compares: [], writes: [write] });
    await inSet(many("a", "b", "c", "d"));
    expect((await new StandInController(store).spec("e")).metadata.deletionTimestamp).toBeUndefined();
  });

  it("does not prune when not everything was applied", async () => {
    await inSet(many(...FIVE));
    await apply(instance("a", "description: theirs"), "--field-manager=other");
    const { status } = await inSet(`${instance("a", "description: ours")}---\n${many("b", "c", "d")}`);
    expect(status).toBe(3);
    expect((await new StandInController(store).spec("e")).metadata.deletionTimestamp).toBeUndefined();
  });

  it("does not take what is another set's", async () => {
    await inSet(many("a", "b"));
    const { status, err } = await apply(many("b", "c"), "--applyset=other");
    expect(status).toBe(3);
    expect(err).toContain("belong to other sets than other: Instance/default/b (set shop)");
    expect(await names()).toEqual(["instance/a", "instance/b"]);
  });

  it("is known though whoever applied it was killed in the middle", async () => {
    const list = Array.from({ length: 40 }, (_, index) => `n-${index}`);
    const path = join(folder, `forty-${round}.yaml`);
    await writeFile(path, many(...list));
    const running = cli.start(["apply", "-f", path, "--applyset=shop", "--prune"]);
    await running.linesFrom(3);
    await running.kill();
    const made = await names();
    // Its lease has to run out first, which nobody keeps any more. Not waited for: it is ended by hand.
    const lock = JSON.parse((await store.get("applysets/shop/lock"))?.value ?? "{}") as { readonly lease: string };
    const lease = BigInt(lock.lease).toString(16);
    const { "granted-ttl": seconds } = JSON.parse(await server.etcdctl("lease", "timetolive", lease, "-w", "json"));
    expect(seconds).toBeLessThanOrEqual(15);
    const again = cli.start(["apply", "-f", "-", "--applyset=shop", "--prune", "--yes"], { stdin: many("n-0") });
    await again.complaining("waiting for another apply of set shop: me on ");
    await server.etcdctl("lease", "revoke", lease);
    expect(await again.ended).toMatchObject({
      status: 0,
      err: expect.stringMatching(/^waiting for another apply of set shop: me on /),
    });
    for (const name of made.filter((one) => one !== "instance/n-0")) {
      const { metadata } = await new StandInController(store).spec(name.slice("instance/".length));
      expect(`${name} ${metadata.deletionTimestamp !== undefined}`).toBe(`${name} true`);
    }
  });

  it("is applied by one at a time, and who waits too long says for whom", async () => {
    const holder = await store.grantLease(60);
    const value = JSON.stringify({ holder: "ci on there", lease: holder.id, since: 1 });
    const key = "applysets/shop/lock";
    await store.commit({ compares: [], writes: [{ op: "put", key, value, leaseId: holder.id }] });
    const late = await inSet(many("a"), "--lock-timeout=300ms");
    expect(late).toMatchObject({ status: 4, err: expect.stringContaining("set shop is being applied by ci on there") });
    const waiting = cli.start(["apply", "-f", "-", "--applyset=shop"], { stdin: many("a") });
    await eventually(async () => (await store.list(["applysets/shop/"])).entries.length === 1);
    await holder.revoke();
    expect(await waiting.ended).toMatchObject({ status: 0, out: "instance/a created\n" });
  });

  it("is a usage error without its name", async () => {
    expect(await apply(many("a"), "--prune")).toMatchObject({ status: 2, err: expect.stringContaining("--applyset") });
    expect((await inSet(many("a"), "--prune-limit=many")).status).toBe(2);
    expect((await apply(many("a"), "--applyset=../x")).status).toBe(2);
  });
});

function listen(): Promise<Server> {
  const web = createServer((request, response) => {
    if (request.url !== "/a.yaml") response.statusCode = 404;
    response.end(request.url === "/a.yaml" ? instance("a") : "no");
  });
  return new Promise((resolve) => web.listen(0, "127.0.0.1", () => resolve(web)));
}

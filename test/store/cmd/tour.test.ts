import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Store } from "../../../store/store.ts";
import { QuickCli } from "../../cmd/quick-cli.ts";
import { StandInController } from "../../cmd/stand-in-controller.ts";
import { EtcdServer } from "../../support/etcd.ts";
import { eventually } from "../../support/eventually.ts";

const ROOT = "/tour/";
let server: EtcdServer;
let store: Store;
let folder: string;
let cli: QuickCli;
let controllers: StandInController;

beforeAll(async () => {
  server = await EtcdServer.start();
  store = await server.store({ root: ROOT });
  folder = await mkdtemp(join(tmpdir(), "vmctl-cli-"));
  cli = new QuickCli({ VMCTL_ENDPOINTS: server.endpoint, VMCTL_ROOT: ROOT });
  controllers = new StandInController(store);
  const labelled = ["e-1", "e-2"].map((name) => instance(name, undefined, ", labels: {app: get}"));
  const plain = ["b-1", "f-1", "g-1", "g-2", "g-3", "h-1", "i-1", "i-2", "j-1"].map((name) => instance(name));
  await cli.out("apply", "-f", await file([...labelled, ...plain].join("---\n")));
});
afterAll(async () => {
  await cli?.stop();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const instance = (name: string, spec = "image: {name: tiny}\n  resources: {vcpu: 1}", labels = "") =>
  `apiVersion: compute.vmctl/v1alpha1\nkind: Instance\nmetadata: {name: ${name}${labels}}\nspec:\n  ${spec}\n`;
const file = async (text: string): Promise<string> => {
  const path = join(folder, `${Math.abs(hash(text))}.yaml`);
  await writeFile(path, text);
  return path;
};
const hash = (text: string): number => [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7);

describe("apply", () => {
  it("says created, unchanged and configured", async () => {
    const path = await file(`${instance("a-1")}---\n${instance("a-2")}`);
    expect(await cli.out("apply", "-f", path)).toBe("instance/a-1 created\ninstance/a-2 created\n");
    expect(await cli.out("apply", "-f", path)).toBe("instance/a-1 unchanged\ninstance/a-2 unchanged\n");
    const larger = await file(instance("a-1", "image: {name: tiny}\n  resources: {vcpu: 2}"));
    expect(await cli.out("apply", "-f", larger)).toBe("instance/a-1 configured\n");
    expect((await controllers.spec("a-1")).metadata.generation).toBe(2);
  });

  it("finds its own output unchanged, one object or a list", async () => {
    await controllers.running("b-1");
    for (const words of [["instance", "b-1"], ["instances"]]) {
      const yaml = await cli.out("get", ...words, "-o", "yaml");
      const { out, status } = await cli.run(["apply", "-f", "-"], { stdin: yaml });
      expect({
        status,
        lines: out
          .trim()
          .split("\n")
          .filter((line) => !line.endsWith(" unchanged")),
      }).toEqual({
        status: 0,
        lines: [],
      });
    }
  });

  it("writes nothing when one of the set is wrong, and says where", async () => {
    const path = await file(
      `${instance("c-1")}---\n${instance("c-2", "imge: {name: tiny}\n  resources: {vcpu: two}")}`,
    );
    const { status, err } = await cli.run(["apply", "-f", path]);
    expect(status).toBe(1);
    expect(err).toContain(`${path}:12:3 spec.imge is not a field (did you mean "image"?)`);
    expect(err).toContain(`${path}:13:15 spec.resources.vcpu`);
    expect(err).toContain("2 problems: nothing was changed");
    expect((await cli.run(["get", "instance", "c-1"])).status).toBe(1);
  });

  it("checks without a cluster with --dry-run=client", async () => {
    const path = await file(instance("d-1"));
    const alone = new QuickCli({});
    expect(await alone.out("apply", "-f", path, "--dry-run=client")).toBe("instance/d-1 valid (dry run)\n");
  });
});

describe("get", () => {
  it("prints a table, a list, one object, names", async () => {
    await controllers.running("e-1");
    const table = await cli.out("get", "instances", "-l", "app=get");
    expect(table).toMatch(/^NAME +PHASE +HYPERVISOR +IP +AGE\ne-1 +Running +host-1 +192\.0\.2\.7 +\S+\ne-2 +<none>/);
    const list = JSON.parse(await cli.out("get", "instances", "-l", "app=get", "-o", "json"));
    expect(list).toMatchObject({
      kind: "List",
      items: [{ status: { phase: "Running" } }, { metadata: { name: "e-2" } }],
    });
    const one = parse(await cli.out("get", "vm/e-1", "-o", "yaml"));
    expect(one).toMatchObject({ kind: "Instance", metadata: { name: "e-1" }, status: { hypervisor: "host-1" } });
    expect(one.metadata).not.toHaveProperty("managedFields");
    expect(await cli.out("get", "vm", "-l", "app=get", "-o", "name")).toBe("instance/e-1\ninstance/e-2\n");
  });

  it("follows one line per change until interrupted", async () => {
    const watch = cli.start(["get", "instance", "f-1", "-w"]);
    await watch.linesFrom(2);
    await controllers.running("f-1", "False");
    await watch.linesFrom(3);
    await controllers.running("f-1");
    await watch.linesFrom(4);
    await controllers.remove("f-1");
    const lines = await watch.linesFrom(5);
    watch.interrupt();
    expect(await watch.ended).toMatchObject({ status: 130, err: "" });
    expect(lines.map((line) => line.split(/ +/)[1])).toEqual(["PHASE", "<none>", "Starting", "Running", "Deleted"]);
  });
});

describe("wait and describe", () => {
  it("wait for several objects to be ready", async () => {
    const wait = cli.start(["wait", "--for=condition=Ready", "instance/g-1", "instance/g-2", "--timeout=30s"]);
    await controllers.running("g-1");
    await wait.linesFrom(1);
    await controllers.running("g-2");
    const want = "instance/g-1 condition met\ninstance/g-2 condition met\n";
    expect(await wait.ended).toMatchObject({ status: 0, out: want });
  });

  it("wait for what manifests or a label name", async () => {
    const path = await file(`${instance("w-1", undefined, ", labels: {app: wait}")}---\n${instance("w-2")}`);
    await cli.out("apply", "-f", path);
    await controllers.running("w-1");
    await controllers.running("w-2");
    const both = "instance/w-1 condition met\ninstance/w-2 condition met\n";
    expect(await cli.out("wait", "--for=condition=Ready", "-f", path)).toBe(both);
    const one = await cli.out("-n", "default", "wait", "--for=condition=Ready", "vm", "-l", "app=wait");
    expect(one).toBe("instance/w-1 condition met\n");
  });

  it("time out with status 4 and the reason", async () => {
    await controllers.running("g-3", "False");
    const { status, err } = await cli.run(["wait", "--for=condition=Ready", "instance/g-3", "--timeout=300ms"]);
    expect(status).toBe(4);
    expect(err).toContain("timed out waiting for condition=Ready on instance/g-3 (Starting: the guest is starting)");
  });

  it("show conditions, events and what is waited for", async () => {
    await controllers.running("h-1", "False");
    await controllers.event("h-1", "Bound", "placed on host-1");
    const text = await cli.out("describe", "instance", "h-1");
    expect(text).toMatch(/Ready +False +Booting +\S+ +the guest is starting/);
    expect(text).toMatch(/\(x3 over .*\) +Normal +Bound +placed on host-1/);
    expect(text).toContain("Waits for:  being ready (Booting: the guest is starting)");
    expect(await cli.out("events", "instance/h-1")).toMatch(/Bound +instance\/h-1 +placed on host-1/);
  });
});

describe("power", () => {
  it("stops, starts and restarts by what the spec says", async () => {
    expect(await cli.out("stop", "instance/i-1")).toBe("instance/i-1 stopping\n");
    expect((await controllers.spec("i-1")).spec["runStrategy"]).toBe("Halted");
    expect(await cli.out("stop", "instance/i-1")).toContain("unchanged");
    expect((await cli.run(["restart", "instance/i-1"])).status).toBe(1);
    expect(await cli.out("start", "instance", "i-1")).toBe("instance/i-1 starting\n");
    expect((await controllers.spec("i-1")).spec["runStrategy"]).toBe("Always");
    await cli.out("restart", "instance/i-1");
    const first = (await controllers.spec("i-1")).metadata.annotations?.["compute.vmctl/restart"];
    await cli.out("restart", "instance/i-1");
    const second = (await controllers.spec("i-1")).metadata.annotations?.["compute.vmctl/restart"];
    expect(first).toBeDefined();
    expect(second).not.toBe(first);
  });

  it("says that nothing happens while its manifest is not accepted, and why", async () => {
    const [lastTransitionTime, observedGeneration] = ["2030-01-02T03:04:06Z", 1];
    const refused = { type: "Accepted", status: "False", reason: "Invalid", message: "spec.flavor: none is there" };
    await controllers.report("i-1", { conditions: [{ ...refused, lastTransitionTime, observedGeneration }] });
    expect(await cli.out("restart", "instance/i-1")).toBe(
      "instance/i-1 restarting, once its manifest is accepted (Invalid: spec.flavor: none is there)\n",
    );
  });

  it("recreates only when told twice", async () => {
    const { status, err } = await cli.run(["recreate", "instance/i-2"]);
    expect(status).toBe(2);
    expect(err).toContain("removed with everything on it");
    expect((await controllers.spec("i-2")).metadata.annotations).toBeUndefined();
    expect(await cli.out("recreate", "instance/i-2", "--yes")).toBe("instance/i-2 recreating\n");
    expect((await controllers.spec("i-2")).metadata.annotations).toHaveProperty(["compute.vmctl/recreate"]);
  });
});

describe("delete", () => {
  it("waits until the object is gone", async () => {
    await controllers.running("j-1");
    const deleting = cli.start(["delete", "instance", "j-1", "--now"]);
    await eventually(async () => (await controllers.spec("j-1")).metadata.deletionTimestamp !== undefined);
    expect((await controllers.spec("j-1")).spec["terminationGracePeriodSeconds"]).toBe(0);
    await controllers.remove("j-1");
    expect(await deleting.ended).toMatchObject({ status: 0, out: "instance/j-1 deleted\n" });
  });

  it("deletes what manifests name, asks only with --wait=false, refuses what is protected", async () => {
    const path = await file(
      `${instance("j-2")}---\n${instance("j-3", "image: {name: tiny}\n  deletionProtection: true")}`,
    );
    await cli.out("apply", "-f", path);
    const { status, out, err } = await cli.run(["delete", "-f", path, "--wait=false"]);
    expect({ status, out }).toEqual({ status: 1, out: "instance/j-2 deletion requested\n" });
    expect(err).toContain("instance/j-3 is protected: set spec.deletionProtection to false first");
    expect((await controllers.spec("j-3")).metadata.deletionTimestamp).toBeUndefined();
  });

  it("takes what is not there for a failure unless told otherwise", async () => {
    expect((await cli.run(["delete", "instance", "nothing"])).status).toBe(1);
    expect((await cli.run(["delete", "instance", "nothing", "--ignore-not-found"])).status).toBe(0);
  });
});

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { specKey } from "../../../resources/keys.ts";
import type { Store } from "../../../store/store.ts";
import { QuickCli } from "../../cmd/quick-cli.ts";
import { StandInController } from "../../cmd/stand-in-controller.ts";
import { EtcdServer } from "../../support/etcd.ts";
import { storedInstance } from "../../support/stored-instance.ts";

const ROOT = "/get/";
const UIDS = {
  web: "6b1f0c9e-8f0e-4c57-9d8b-0d3c5d4a7f11",
  big: "6b1f0c9e-1111-4c57-9d8b-0d3c5d4a7f22",
  old: "0c9e6b1f-8f0e-4c57-9d8b-0d3c5d4a7f33",
  far: "aaaaaaaa-8f0e-4c57-9d8b-0d3c5d4a7f44",
} as const;
let server: EtcdServer;
let store: Store;
let folder: string;
let cli: QuickCli;

beforeAll(async () => {
  server = await EtcdServer.start();
  store = await server.store({ root: ROOT });
  folder = await mkdtemp(join(tmpdir(), "vmctl-cli-"));
  cli = new QuickCli({ VMCTL_ENDPOINTS: server.endpoint, VMCTL_ROOT: ROOT });
  const controllers = new StandInController(store);
  await put("web-2", UIDS.web, { labels: { app: "web", tier: "front" }, spec: { resources: { memory: "512Mi" } } });
  await put("web-10", UIDS.big, { labels: { app: "web" }, spec: { resources: { memory: "2Gi" } } });
  await put("db-1", UIDS.old, { labels: { app: "db" }, spec: { resources: { memory: "1G" } } });
  await put("web-2", UIDS.far, { namespace: "other" });
  await controllers.running("web-2");
});
afterAll(async () => {
  await cli?.stop();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Put {
  readonly labels?: object;
  readonly spec?: object;
  readonly namespace?: string;
}

async function put(name: string, uid: string, { labels = {}, spec = {}, namespace = "default" }: Put): Promise<void> {
  const stored = JSON.parse(storedInstance(name, { uid, namespace, spec })) as { metadata: object };
  const value = JSON.stringify({ ...stored, metadata: { ...stored.metadata, labels } });
  const key = specKey(`ns/${namespace}/instances/${name}`);
  await store.commit({ compares: [], writes: [{ op: "put", key, value }] });
}

const names = async (...words: string[]) => (await cli.out("get", ...words, "-o", "name")).split("\n").slice(0, -1);

describe("what get chooses", () => {
  it.each([
    [["-l", "app in (web,db),tier"], ["instance/web-2"]],
    [["--field-selector", "status.phase!=Running,metadata.name!=db-1"], ["instance/web-10"]],
    [["--field-selector", "status.conditions.Ready=True", "-l", "app=web"], ["instance/web-2"]],
    [
      ["--sort-by=.spec.resources.memory", "--chunk-size=2"],
      ["instance/web-2", "instance/db-1", "instance/web-10"],
    ],
  ])("instances %j are %j", async (flags, want) => expect(await names("instances", ...flags)).toEqual(want));

  it("finds uids, and their unique beginnings, where no name fits", async () => {
    expect(await names("instance", UIDS.web)).toEqual(["instance/web-2"]);
    expect(await names("instance/0c9e")).toEqual(["instance/db-1"]);
    expect(await names("instance", "6b1f0c9e-1", "db-1")).toEqual(["instance/web-10", "instance/db-1"]);
    // A whole uid is enough in any namespace; a beginning is with -A.
    expect(await cli.out("get", "vm", UIDS.far, "-o", "jsonpath={.metadata.namespace}")).toBe("other");
    expect(await names("vm", "aaaa", "-A")).toEqual(["instance/web-2"]);
    expect((await cli.run(["get", "vm", "aaaa"])).err).toContain("instance/aaaa not found in namespace default");
    const both = await cli.run(["get", "vm", "6b1f0c9e"]);
    expect(both.status).toBe(1);
    expect(both.err).toContain("2 uids begin with 6b1f0c9e: instance/web-10, instance/web-2");
  });

  it("takes categories, several kinds, and single objects of several", async () => {
    expect(await cli.out("get", "all")).toMatch(/^NAME +PHASE .*\ninstance\/db-1 /);
    expect(await cli.out("get", "images,instances")).toMatch(/^NAME .*\ninstance\/db-1 /);
    expect(await cli.run(["get", "all", "-n", "empty"])).toMatchObject({
      ...{ status: 0, out: "", err: "No resources found in empty namespace.\n" },
    });
    const some = await cli.run(["get", "instance/db-1", "image/tiny"]);
    expect(some).toMatchObject({ status: 1, out: expect.stringContaining("db-1") });
    expect(some.err).toContain("image/tiny not found");
    expect((await cli.run(["get", "vm", "db-1", "gone", "--ignore-not-found", "-o", "name"])).out).toBe(
      "instance/db-1\n",
    );
    expect(await cli.run(["get", "vm", "gone", "--ignore-not-found", "-o", "yaml"])).toMatchObject({
      status: 0,
      out: "",
      err: "",
    });
  });
});

describe("what get prints", () => {
  it("is a table with labels, kinds, or without headings", async () => {
    const table = await cli.out(
      "get",
      "vm",
      "-l",
      "tier",
      "--show-labels",
      "-L",
      "app,none",
      "--no-headers",
      "--show-kind",
    );
    expect(table).toMatch(/^instance\/web-2 +Running +host-1 +192\.0\.2\.7 +\S+ +web +<none> +app=web,tier=front\n$/);
    expect(await cli.out("get", "vm", "-A", "-L", "app")).toMatch(
      /^NAMESPACE +NAME +PHASE +HYPERVISOR +IP +AGE +APP\n/,
    );
  });

  it("is what a template or custom columns say", async () => {
    const template =
      '{range .items[?(@.status.phase=="Running")]}{.metadata.name}{"\\t"}{.status.addresses[0].ip}{"\\n"}{end}';
    expect(await cli.out("get", "vm", "-o", `jsonpath=${template}`)).toBe("web-2\t192.0.2.7\n");
    const path = join(folder, "names.jsonpath");
    await writeFile(path, '{.items[*].metadata.name}{"\\n"}\n');
    expect(await cli.out("get", "vm", "-o", `jsonpath-file=${path}`)).toBe("db-1 web-10 web-2\n");
    expect(await cli.out("get", "vm", "db-1", "-o", "jsonpath={.metadata.name}")).toBe("db-1");
    const columns = "custom-columns=NAME:.metadata.name,MEMORY:.spec.resources.memory,IP:.status.addresses[*].ip";
    expect(await cli.out("get", "vm", "-l", "app=web", "--sort-by=.metadata.name", "-o", columns)).toBe(
      "NAME     MEMORY   IP\nweb-2    512Mi    192.0.2.7\nweb-10   2Gi      <none>\n",
    );
  });

  it("never holds what could steer a terminal, and says the same", async () => {
    const hostile = "a\u001b[2J\u009b31m\u202eb";
    await put("evil", "eeeeeeee-8f0e-4c57-9d8b-0d3c5d4a7f55", {
      ...{ labels: { app: "evil" }, spec: { description: hostile }, namespace: "evil" },
    });
    await put("b\u001b[1md", "eeeeeeee-8f0e-4c57-9d8b-0d3c5d4a7f66", { namespace: "evil" });
    const raw = /[\u009b\u202e]|(?=\p{Cc})[^\n]/u;
    for (const form of ["json", "yaml", "wide", "name", "custom-columns=A:.metadata.name,B:.spec.description"]) {
      expect(await cli.out("get", "vm", "-n", "evil", "--show-labels", "-o", form)).not.toMatch(raw);
    }
    const json = JSON.parse(await cli.out("get", "vm", "evil", "-n", "evil", "-o", "json"));
    const yaml = parse(await cli.out("get", "vm", "evil", "-n", "evil", "-o", "yaml"));
    expect([json.spec.description, yaml.spec.description]).toEqual([hostile, hostile]);
    // A template is for programs: a pipe gets the bytes.
    expect(await cli.out("get", "vm", "evil", "-n", "evil", "-o", "jsonpath={.spec.description}")).toBe(hostile);
    expect((await cli.run(["get", "vm", "b[1md", "-n", "evil"])).err).not.toMatch(raw);
  });

  it("goes into a pipe that is closed early without a word", async () => {
    const many = Array.from({ length: 1_200 }, (_, index) => `p-${index}`);
    for (const some of [many.slice(0, 90), many.slice(90, 180)]) {
      const write = (name: string) =>
        ({
          op: "put",
          key: specKey(`ns/pipe/instances/${name}`),
          value: storedInstance(name, { namespace: "pipe" }),
        }) as const;
      await store.commit({ compares: [], writes: some.map(write) });
    }
    const listing = cli.start(["get", "vm", "-n", "pipe", "-o", "yaml"]);
    listing.closeOutput();
    expect(await listing.ended).toMatchObject({ status: 0, err: "" });
  });
});

import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { instance, WordsWorld } from "../../cmd/words-world.ts";

let world: WordsWorld;
beforeAll(async () => {
  world = await WordsWorld.start();
});
afterAll(() => world?.stop());

describe("create", () => {
  it("makes what is not there, and fails for what is", async () => {
    const path = await world.file("create.yaml", `${instance("a-1")}---\n${instance("a-2")}`);
    expect(await world.out("create", "-f", path)).toBe("instance/a-1 created\ninstance/a-2 created\n");
    expect(await world.ownersOf("a-1")).toEqual(["me Update: spec.image spec.resources.vcpu"]);
    const more = await world.file("more.yaml", `${instance("a-2")}---\n${instance("a-3")}`);
    expect(await world.run("create", "-f", more, "--field-manager=other")).toEqual({
      status: 1,
      out: "instance/a-3 created\n",
      err: "vmctl: instance/a-2 already exists\n",
    });
    expect(await world.ownersOf("a-3")).toEqual(["other Update: spec.image spec.resources.vcpu"]);
    const { err } = await world.run("create", "-f", path, "-o", "json");
    expect(JSON.parse(err)).toMatchObject({ error: { exitCode: 1, message: "2 of 2 failed" } });
  });

  it("writes nothing unless all of it is valid and new", async () => {
    const before = await world.revision();
    const wrong = await world.file("wrong.yaml", `${instance("a-4")}---\n${instance("a-5", "{imge: {name: tiny}}")}`);
    expect(await world.run("create", "-f", wrong)).toMatchObject({
      status: 1,
      err: expect.stringContaining(`${wrong}:9:8 spec.imge is not a field (did you mean "image"?)`),
    });
    const nowhere = await world.file("nowhere.yaml", instance("a-4", "{}", ", namespace: nowhere"));
    expect(await world.run("create", "-f", nowhere)).toMatchObject({
      status: 1,
      err: expect.stringContaining("a namespace that does not exist"),
    });
    const copy = await world.file("copy.yaml", await world.out("get", "instance", "a-1", "-o", "yaml"));
    expect(await world.run("create", "-f", copy)).toMatchObject({
      status: 1,
      err: expect.stringMatching(/copy.yaml:\d+:\d+ metadata.uid is given to an object when it is created/),
    });
    expect(await world.revision()).toBe(before);
  });

  it("tries without a cluster, and with one", async () => {
    const path = await world.file("tried.yaml", instance("a-6"));
    const before = await world.revision();
    expect(await world.out("create", "-f", path, "--dry-run=cluster", "-o", "name")).toBe("instance/a-6\n");
    const taken = await world.file("taken.yaml", instance("a-1"));
    expect((await world.run("create", "-f", taken, "--dry-run=server")).status).toBe(1);
    expect(await world.revision()).toBe(before);
    const endpoint = process.env["VMCTL_ENDPOINTS"] ?? "";
    vi.stubEnv("VMCTL_ENDPOINTS", "127.0.0.1:1");
    expect(await world.out("create", "-f", path, "--dry-run=client")).toBe("instance/a-6 created (dry run)\n");
    const yaml = parse(await world.out("create", "-f", path, "--dry-run=client", "-o", "yaml"));
    vi.stubEnv("VMCTL_ENDPOINTS", endpoint);
    expect(yaml).toEqual({ ...parse(instance("a-6")), metadata: { name: "a-6", namespace: "default" } });
  });

  it("prints what it made", async () => {
    const path = await world.file("print.yaml", `${instance("a-7")}---\n${instance("a-8")}`);
    const { kind, items } = JSON.parse(await world.out("create", "-f", path, "-o", "json"));
    expect(kind).toBe("List");
    const { uid, resourceVersion } = items[1].metadata;
    expect((await world.spec("a-8")).metadata.uid).toBe(uid);
    const get = JSON.parse(await world.out("get", "vm", "a-8", "-o", "json"));
    expect(get.metadata.resourceVersion).toBe(resourceVersion);
  });
});

describe("replace", () => {
  it("puts the file in the place of all that stood there", async () => {
    await world.applied("b-1");
    await world.out("label", "instance/b-1", "app=web");
    await world.out("restart", "instance/b-1");
    const token = (await world.spec("b-1")).metadata.annotations;
    const path = await world.file("b-1.yaml", instance("b-1", "{image: {name: tiny}, hostname: b}"));
    expect(await world.out("replace", "-f", path)).toBe("instance/b-1 replaced\n");
    const { metadata, spec } = await world.spec("b-1");
    expect(spec).toEqual({ image: { name: "tiny" }, hostname: "b" });
    expect(metadata.labels).toBeUndefined();
    expect(metadata.annotations).toEqual(token);
    expect(metadata.generation).toBe(2);
    expect(await world.ownersOf("b-1")).toContain(
      'me Update: metadata.annotations["compute.vmctl/restart"] spec.hostname',
    );
    expect(await world.out("replace", "-f", path)).toBe("instance/b-1 replaced (no change)\n");
    const got = await world.file("got.yaml", await world.out("get", "instance", "b-1", "-o", "yaml"));
    expect(await world.out("replace", "-f", got)).toBe("instance/b-1 replaced (no change)\n");
  });

  it("tells a missing object from one that was changed since", async () => {
    const missing = await world.file("missing.yaml", instance("b-9"));
    expect(await world.run("replace", "-f", missing)).toMatchObject({
      status: 1,
      err: expect.stringContaining("instance/b-9 not found"),
    });
    await world.applied("b-2");
    const stale = await world.file("stale.yaml", await world.out("get", "instance", "b-2", "-o", "yaml"));
    await world.out("label", "instance/b-2", "app=web");
    expect(await world.run("replace", "-f", stale)).toMatchObject({
      status: 3,
      err: expect.stringContaining("instance/b-2 not replaced: metadata.resourceVersion is"),
    });
    expect((await world.spec("b-2")).metadata.labels).toEqual({ app: "web" });
  });

  it("refuses what a bound instance cannot take, with its place, and points to recreate", async () => {
    await world.applied("b-3");
    await world.bound("b-3");
    const path = await world.file("b-3.yaml", instance("b-3", "\n  image: {name: tiny}\n  hypervisor: host-2"));
    for (const mode of [[], ["--dry-run=cluster"]]) {
      const { status, err } = await world.run("replace", "-f", path, ...mode);
      expect(status).toBe(1);
      expect(err).toContain(`instance/b-3 not replaced: ${path}:6:3 spec.hypervisor cannot change any more`);
    }
    expect(await world.out("replace", "-f", path, "--dry-run=client")).toBe("instance/b-3 replaced (dry run)\n");
    expect(await world.run("replace", "--force", "-f", path)).toMatchObject({
      status: 2,
      err: expect.stringContaining("vmctl recreate instance/NAME"),
    });
    expect((await world.spec("b-3")).spec).not.toHaveProperty("hypervisor");
  });

  it("of one that is being deleted may take a finalizer away, and nothing else", async () => {
    await world.applied("b-4");
    await world.out("patch", "vm", "b-4", "-p", "metadata: {finalizers: [example.org/backup]}");
    await world.out("delete", "vm", "b-4", "--wait=false");
    const other = await world.file("b-4-other.yaml", instance("b-4", "{image: {name: tiny}}"));
    expect(await world.run("replace", "-f", other)).toMatchObject({
      status: 1,
      err: expect.stringContaining("is being deleted"),
    });
    const same = await world.file("b-4.yaml", instance("b-4"));
    expect(await world.out("replace", "-f", same)).toBe("instance/b-4 replaced\n");
    const { finalizers, deletionTimestamp } = (await world.spec("b-4")).metadata;
    expect({ finalizers, isGoing: deletionTimestamp !== undefined }).toEqual({ finalizers: undefined, isGoing: true });
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { instance, WordsWorld } from "../../cmd/words-world.ts";

let world: WordsWorld;
beforeAll(async () => {
  world = await WordsWorld.start();
});
afterAll(() => world?.stop());

describe("patch", () => {
  it("merges, and says who did it", async () => {
    await world.applied("c-1");
    const patch = '{"spec": {"resources": {"vcpu": 2}, "hostname": "c"}}';
    const would = JSON.parse(await world.out("patch", "vm", "c-1", "-p", patch, "--dry-run=cluster", "-o", "json"));
    expect(would).toMatchObject({ metadata: { generation: 2 }, spec: { hostname: "c" } });
    expect(would.metadata).not.toHaveProperty("managedFields");
    expect((await world.spec("c-1")).metadata.generation).toBe(1);
    expect(await world.out("patch", "vm", "c-1", "-p", patch)).toBe("instance/c-1 patched\n");
    expect(await world.out("patch", "vm", "c-1", "-p", patch)).toBe("instance/c-1 patched (no change)\n");
    expect(await world.ownersOf("c-1")).toEqual([
      "ci Apply: spec.image",
      "me Update: spec.hostname spec.resources.vcpu",
    ]);
    await world.out("patch", "instance/c-1", "-p", "spec: {hostname: null}", "--field-manager=other");
    expect((await world.spec("c-1")).spec).not.toHaveProperty("hostname");
  });

  it("carries out operations, all or none", async () => {
    await world.applied("c-2");
    const ops = (value: number) => [
      { op: "test", path: "/spec/resources/vcpu", value },
      { op: "replace", path: "/spec/resources/vcpu", value: 4 },
    ];
    const run = (patch: object) => world.run("patch", "vm/c-2", "--type=json", "-p", JSON.stringify(patch));
    expect(await run(ops(2))).toMatchObject({
      status: 3,
      err: expect.stringContaining(
        "instance/c-2 not patched: patch[0] test cannot be done: /spec/resources/vcpu is 1, not 2",
      ),
    });
    expect(await run([...ops(1), { op: "remove", path: "/spec/x" }])).toMatchObject({ status: 1 });
    expect((await world.spec("c-2")).metadata.generation).toBe(1);
    expect((await run(ops(1))).status).toBe(0);
    expect((await world.spec("c-2")).spec).toMatchObject({ resources: { vcpu: 4 } });
  });

  it("says what is wrong and where, and harms no other object", async () => {
    await world.applied("c-3", "c-4");
    await world.bound("c-3");
    const path = await world.file("patch.yaml", "spec:\n  hostname: c\n  hypervisor: host-2\n");
    const { status, out, err } = await world.run("patch", "vm", "c-3", "c-4", "c-9", "--patch-file", path);
    expect({ status, out }).toEqual({ status: 1, out: "instance/c-4 patched\n" });
    expect(err).toContain(`instance/c-3 not patched: ${path}:3:3 spec.hypervisor cannot change any more`);
    expect(err).toContain("instance/c-9 not found");
    const wrong = await world.run("patch", "vm", "c-4", "-p", "{spec: {vpcu: 1}, metadata: {name: x}}");
    expect(wrong).toMatchObject({
      status: 1,
      err: expect.stringContaining('metadata.name cannot be changed (it is "c-4")'),
    });
    const unknown = await world.run("patch", "vm", "c-4", "-p", "{spec: {vpcu: 1}}", "-o", "json");
    expect(JSON.parse(unknown.err)).toMatchObject({ error: { reason: "Invalid", exitCode: 1 } });
    const lock = await world.run("patch", "vm", "c-4", "-p", '{metadata: {resourceVersion: "1", labels: {a: b}}}');
    expect(lock.status).toBe(3);
  });

  it("takes a finalizer from an object in deletion, whose spec stays", async () => {
    await world.applied("c-5");
    await world.out("patch", "vm", "c-5", "-p", "metadata: {finalizers: [example.org/backup]}");
    await world.out("delete", "vm", "c-5", "--wait=false");
    const spec = await world.run("patch", "vm", "c-5", "-p", "spec: {hostname: c}");
    expect(spec).toMatchObject({ status: 1, err: expect.stringContaining("is being deleted since") });
    const back = await world.run("patch", "vm", "c-5", "-p", "metadata: {deletionTimestamp: null}");
    expect(back).toMatchObject({
      status: 1,
      err: expect.stringContaining("metadata.deletionTimestamp cannot be changed"),
    });
    const remove = JSON.stringify([{ op: "remove", path: "/metadata/finalizers/0" }]);
    await world.out("patch", "vm", "c-5", "--type=json", "-p", remove);
    const { metadata } = await world.spec("c-5");
    expect(metadata.finalizers).toBeUndefined();
    expect(metadata.deletionTimestamp).toBeDefined();
  });
});

describe("label and annotate", () => {
  it("set, overwrite when told, remove and list", async () => {
    await world.applied("d-1", "d-2");
    expect(await world.out("label", "vm", "d-1", "app=web", "tier=front")).toBe("instance/d-1 labeled\n");
    expect(await world.out("label", "vm/d-1", "app=web")).toBe("instance/d-1 not labeled\n");
    const taken = await world.run("label", "vm", "d-1", "d-2", "app=db");
    expect(taken).toMatchObject({
      status: 1,
      out: "instance/d-2 labeled\n",
      err: expect.stringContaining('instance/d-1 not labeled: app is "web" already'),
    });
    expect(await world.out("label", "vm", "d-1", "app=db", "--overwrite", "--dry-run")).toBe(
      "instance/d-1 labeled (dry run)\n",
    );
    expect(await world.out("label", "vm", "d-1", "app=db", "tier-", "--overwrite")).toBe("instance/d-1 labeled\n");
    expect(await world.out("label", "vm", "-l", "app=db", "--list")).toBe(
      "instance/d-1:\n  app=db\ninstance/d-2:\n  app=db\n",
    );
    expect(await world.out("label", "vm", "d-1", "app-")).toBe("instance/d-1 unlabeled\n");
    expect(await world.out("label", "vm", "d-1", "--list")).toBe("");
    expect((await world.spec("d-1")).metadata.generation).toBe(1);
    expect(await world.ownersOf("d-2")).toContainEqual("me Update: metadata.labels.app");
  });

  it("go by selector or over all, of manifests too", async () => {
    await world.applied("d-3", "d-4");
    await world.out("label", "vm", "d-3", "d-4", "set=d");
    const both = "instance/d-3 annotated\ninstance/d-4 annotated\n";
    expect(await world.out("annotate", "vm", "-l", "set=d", "example.org/a=some text, with = in it")).toBe(both);
    expect((await world.spec("d-4")).metadata.annotations).toEqual({
      "example.org/a": "some text, with = in it",
    });
    const path = await world.file("d-3.yaml", instance("d-3"));
    expect(await world.out("annotate", "-f", path, "example.org/a-")).toBe("instance/d-3 unannotated\n");
    expect(await world.out("annotate", "vm", "--all", "example.org/b=1")).toContain("instance/c-1 annotated\n");
    const version = await world.run("annotate", "vm", "d-3", "x=1", "--resource-version=1");
    expect(version).toMatchObject({
      status: 3,
      err: expect.stringContaining("instance/d-3 not annotated: resourceVersion is"),
    });
  });

  it("leave vmctl's own requests to its commands", async () => {
    const { status, err } = await world.run("annotate", "vm", "d-3", "compute.vmctl/restart=1");
    expect(status).toBe(2);
    expect(err).toContain("compute.vmctl/restart is vmctl's own request: use vmctl restart");
  });
});

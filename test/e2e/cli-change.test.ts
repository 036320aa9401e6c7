import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Store } from "../../store/store.ts";
import type { CliResult } from "../cmd/cli.ts";
import { QuickCli } from "../cmd/quick-cli.ts";
import { StandInController } from "../cmd/stand-in-controller.ts";
import { instance } from "../cmd/words-world.ts";
import { putAll } from "../support/commits.ts";
import { EtcdServer } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";

const ROOT = "/change/";
const vmctl = join(import.meta.dirname, "../../bin/vmctl");
let server: EtcdServer;
let store: Store;
let folder: string;
let cli: QuickCli;
let controllers: StandInController;

beforeAll(async () => {
  server = await EtcdServer.start();
  store = await server.store({ root: ROOT });
  folder = await mkdtemp(join(tmpdir(), "vmctl-change-"));
  cli = new QuickCli({ VMCTL_ENDPOINTS: server.endpoint, VMCTL_ROOT: ROOT, VMCTL_FIELD_MANAGER: "me", TMPDIR: folder });
  controllers = new StandInController(store);
  const names = ["a-1", "b-1", "b-2", "c-1", "c-2", "c-3", "d-1", "d-2", "e-1", "f-1", "f-2", "g-1", "g-2", "g-3"];
  const { status, err } = await cli.run(["apply", "-f", "-"], { stdin: names.map((it) => instance(it)).join("---\n") });
  expect({ status, err }).toEqual({ status: 0, err: "" });
});
afterAll(async () => {
  await cli?.stop();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Edited extends CliResult {
  /** What the editor was shown, each time it was opened. */
  readonly seen: readonly string[];
}

/** Each step is a shell script for one opening of the editor; `$1` is the file. One more opening fails. */
async function script(name: string, steps: readonly string[]): Promise<string> {
  const place = join(folder, `script-${name}`);
  await mkdir(place);
  const files = steps.map((step, index) => writeFile(join(place, `step-${index + 1}`), step));
  await Promise.all(files);
  const lines = ["#!/bin/sh", `n=$(ls ${place} | grep -c seen)`, "n=$((n + 1))", `cp "$1" ${place}/seen-$n`];
  const editor = join(place, "editor");
  await writeFile(editor, [...lines, `. ${place}/step-$n`, ""].join("\n"));
  await chmod(editor, 0o755);
  return editor;
}
async function edit(name: string, steps: readonly string[], words: readonly string[] = []): Promise<Edited> {
  const editor = await script(name, steps);
  const result = await cli.run(["edit", `instance/${name}`, ...words], { environment: { EDITOR: editor } });
  const place = join(editor, "..");
  const seen = (await readdir(place)).filter((file) => file.startsWith("seen")).sort();
  return { ...result, seen: await Promise.all(seen.map((file) => readFile(join(place, file), "utf8"))) };
}
const keptPath = (text: string): string => /your text is kept in (\S+\.yaml)/.exec(text)?.[1] ?? "";
const kept = (text: string): Promise<string> => readFile(keptPath(text), "utf8");
const leftovers = async () => (await readdir(folder)).filter((name) => name.startsWith("vmctl-edit-"));

/** Part of a step: the editor stays open until the test has done something. */
const pause = (name: string): string => {
  const place = join(folder, `pause-${name}`);
  return `touch ${place}; while [ -e ${place} ]; do sleep 0.05; done`;
};
async function meanwhile(name: string, work: () => Promise<unknown>): Promise<void> {
  await eventually(async () => (await readdir(folder)).includes(`pause-${name}`), { deadlineMs: 20_000 });
  await work();
  await rm(join(folder, `pause-${name}`));
}

describe("edit", () => {
  it("shows the object without what is not for people, and stores what was saved", async () => {
    await controllers.running("a-1");
    const { status, out, seen } = await edit("a-1", [`sed -i 's/vcpu: 1/vcpu: 2/' "$1"`], ["--field-manager=editor"]);
    expect({ status, out }).toEqual({ status: 0, out: "instance/a-1 edited\n" });
    expect(seen[0]).toMatch(
      /^# instance\/a-1: what you save is stored.*\n(#.*\n)+apiVersion: compute.vmctl\/v1alpha1\n/,
    );
    expect(seen[0]).toContain("resourceVersion:");
    expect(seen[0]).not.toMatch(/managedFields|status/);
    const { spec, metadata } = await controllers.spec("a-1");
    expect(spec).toMatchObject({ resources: { vcpu: 2 } });
    expect(JSON.stringify(metadata.managedFields)).toContain('"editor","operation":"Update"');
    expect(await leftovers()).toEqual([]);
  });

  it("does nothing without a change, with an empty file or with a comment more", async () => {
    const before = (await store.list(["spec/"])).revision;
    for (const [index, [step, says]] of [
      ["true", "nothing was edited"],
      [`: > "$1"`, "the file was empty"],
      [`echo "# only this" > "$1"`, "the file was empty"],
      [`echo "# and this" >> "$1"`, "the text says what it said before"],
    ].entries()) {
      const editor = await script(`b-1-${index}`, [step ?? ""]);
      const { status, out } = await cli.run(["edit", "vm", "b-1"], {
        environment: { VMCTL_EDITOR: editor, EDITOR: "false" },
      });
      expect({ status, out }).toEqual({ status: 0, out: `instance/b-1 not changed: ${says}\n` });
    }
    expect((await store.list(["spec/"])).revision).toBe(before);
    expect(await leftovers()).toEqual([]);
  });

  it("keeps what was written when the editor fails", async () => {
    const { status, err } = await edit("b-2", [`sed -i 's/vcpu: 1/vcpu: 3/' "$1"; exit 4`]);
    expect(status).toBe(1);
    expect(err).toMatch(/vmctl: the editor \(.*\) ended with status 4\n$/);
    expect(await kept(err)).toContain("vcpu: 3");
    expect((await stat(keptPath(err))).mode & 0o077).toBe(0);
    const nothing = await cli.process(["edit", "vm", "b-2"], { environment: { EDITOR: "no-such-editor" } });
    expect(nothing).toMatchObject({ status: 1, err: expect.stringContaining("ended with status 127") });
    expect(nothing.err).not.toContain("is kept in");
    expect((await controllers.spec("b-2")).metadata.generation).toBe(1);
  });

  it("opens again with the reasons while the text is not valid", async () => {
    const { status, out, seen } = await edit("c-1", [
      `sed -i -e 's/vcpu: 1/vpcu: 1/' -e 's/name: c-1/name: x/' "$1"; echo "# my note" >> "$1"`,
      `sed -i -e 's/vpcu: 1/vcpu: [/' -e 's/name: x/name: c-1/' "$1"`,
      `sed -i 's/vcpu: \\[/vcpu: 4/' "$1"`,
    ]);
    expect({ status, out }).toEqual({ status: 0, out: "instance/c-1 edited\n" });
    expect(seen[1]).toContain('# instance/c-1 was not stored:\n# 10:3 metadata.name cannot be changed (it is "c-1")\n');
    expect(seen[1]?.split("\n")[9]).toBe("  name: x");
    expect(seen[2]).toMatch(/# instance\/c-1 was not stored:\n# \d+:\d+ /);
    expect(seen[2]).not.toContain("cannot be changed");
    expect(seen[2]?.match(/# my note/g)).toHaveLength(1);
    expect((await controllers.spec("c-1")).spec).toMatchObject({ resources: { vcpu: 4 } });
    expect(await leftovers()).toHaveLength(1);
  });

  it("keeps a text that is given up, also one that was emptied", async () => {
    const invalid = `sed -i 's/vcpu: 1/vpcu: 7/' "$1"`;
    const given = await edit("c-2", [invalid, "true"]);
    expect(given).toMatchObject({ status: 1, out: "" });
    expect(given.err).toContain(
      "instance/c-2 not changed, what was saved is not valid (spec.resources.vpcu is not a field",
    );
    expect(await kept(given.err)).toContain("vpcu: 7");
    const emptied = await edit("c-3", [invalid, `: > "$1"`]);
    expect(emptied.status).toBe(1);
    expect(await kept(emptied.err)).toContain("vpcu: 7");
    const failed = await edit("d-1", [invalid, `: > "$1"; exit 1`]);
    expect(failed.status).toBe(1);
    expect(await kept(failed.err)).toContain("vpcu: 7");
  });

  it("shows what somebody else changed meanwhile, on the fresh object", async () => {
    const { status, out, err, seen } = await edit("d-2", [
      `${vmctl} patch vm d-2 -p 'spec: {resources: {vcpu: 5}}' --field-manager=ci >/dev/null; sed -i 's/vcpu: 1/vcpu: 2/' "$1"`,
      `sed -i 's/^spec:/spec:\\n  hostname: mine/' "$1"`,
    ]);
    expect({ status, out }).toEqual({ status: 0, out: "instance/d-2 edited\n" });
    expect(err).toContain("instance/d-2: it was changed by somebody else meanwhile: your text is kept in");
    expect(await kept(err)).toContain("vcpu: 2");
    expect(seen[1]).toContain("#   spec.resources.vcpu was 1, is 5 now (set by ci)\n");
    expect(seen[1]).toContain("vcpu: 5");
    expect((await controllers.spec("d-2")).spec).toMatchObject({ hostname: "mine", resources: { vcpu: 5 } });
  });

  it("is a conflict when the person leaves it at that", async () => {
    const label = `${vmctl} label vm e-1 by=ci >/dev/null; sed -i 's/vcpu: 1/vcpu: 2/' "$1"`;
    const { status, err, seen } = await edit("e-1", [label, "true"]);
    expect(status).toBe(3);
    expect(err).toContain("vmctl: instance/e-1 not changed, it was changed by somebody else meanwhile");
    expect(seen[1]).toContain('#   metadata.labels.by is "ci" now, it was not there (set by me)\n');
    expect((await controllers.spec("e-1")).spec).toMatchObject({ resources: { vcpu: 1 } });
  });

  it("says what a bound instance cannot take, and keeps the text of one that is gone", async () => {
    const { uid } = (await controllers.spec("f-1")).metadata;
    const binding = { hypervisor: "host-1", epoch: 1, boundAt: "2030-01-02T03:04:05Z" };
    const record = JSON.stringify({ uid, specCreateRevision: 1, binding, status: {} });
    await putAll(store, { "status/ns/default/instances/f-1": record });
    const pin = `sed -i 's/^spec:/spec:\\n  hypervisor: host-2/' "$1"`;
    const { seen } = await edit("f-1", [pin, "true"]);
    expect(seen[1]).toMatch(
      /# \d+:3 spec.hypervisor cannot change any more: the instance is bound to hypervisor host-1/,
    );
    const editing = edit("f-2", [`sed -i 's/vcpu: 1/vcpu: 8/' "$1"; ${pause("gone")}`]);
    await meanwhile("gone", async () => {
      await controllers.report("f-2", {});
      await controllers.remove("f-2");
    });
    const { status, err } = await editing;
    expect(status).toBe(1);
    expect(err).toContain("instance/f-2 not found");
    expect(await kept(err)).toContain("vcpu: 8");
  });

  it("keeps the text when etcd is not there any more, and opens no other editor", async () => {
    const proxy = await TcpProxy.start(server.clientPort);
    const editor = await script("cut", [`sed -i 's/vcpu: 1/vcpu: 9/' "$1"; ${pause("cut")}`]);
    const environment = { EDITOR: editor, VMCTL_ENDPOINTS: proxy.endpoint };
    const editing = cli.run(["edit", "vm", "g-2", "g-3", "--request-timeout=1s"], { environment });
    await meanwhile("cut", () => proxy.stop());
    const { status, err } = await editing;
    expect(status).toBe(1);
    expect(err).toContain("your text is kept in");
    expect(await kept(err)).toContain("vcpu: 9");
    expect((await readdir(join(editor, ".."))).filter((file) => file.startsWith("seen"))).toHaveLength(1);
  });

  it("takes one object after the other", async () => {
    const editor = await script("both", ["true", `sed -i 's/vcpu: 1/vcpu: 2/' "$1"`]);
    const { status, out } = await cli.run(["edit", "vm", "g-2", "g-3"], { environment: { EDITOR: editor } });
    const lines = "instance/g-2 not changed: nothing was edited\ninstance/g-3 edited\n";
    expect({ status, out }).toEqual({ status: 0, out: lines });
  });

  it("leaves Ctrl-C to the editor", async () => {
    const editor = await script("g-1", [`sed -i 's/vcpu: 1/vcpu: 6/' "$1"; kill -INT $PPID`]);
    const { status, out } = await cli.process(["edit", "vm", "g-1"], { environment: { EDITOR: editor } });
    expect({ status, out }).toEqual({ status: 0, out: "instance/g-1 edited\n" });
  });
});

describe("the other verbs, as programs of their own", () => {
  it("read standard input and change what they say", async () => {
    const text = instance("h-1");
    expect((await cli.process(["create", "-f", "-"], { stdin: text })).out).toBe("instance/h-1 created\n");
    expect(await cli.run(["create", "-f", "-"], { stdin: text })).toMatchObject({ status: 1, out: "" });
    const yaml = (await cli.process(["label", "vm", "h-1", "app=web", "-o", "yaml"])).out;
    const larger = yaml.replace("vcpu: 1", "vcpu: 2");
    expect((await cli.process(["replace", "-f", "-"], { stdin: larger })).out).toBe("instance/h-1 replaced\n");
    expect((await cli.run(["replace", "-f", "-"], { stdin: larger })).status).toBe(3);
    const patched = await cli.process(["patch", "vm/h-1", "-p", "spec: {hostname: h}", "-q"]);
    expect(patched).toEqual({ status: 0, out: "", err: "" });
    const annotated = await cli.process(["annotate", "vm/h-1", "example.org/a=b"]);
    expect(annotated).toMatchObject({ status: 0, out: "instance/h-1 annotated\n" });
    const { metadata, spec } = await controllers.spec("h-1");
    expect(spec).toMatchObject({ hostname: "h", resources: { vcpu: 2 } });
    expect(metadata).toMatchObject({ labels: { app: "web" }, annotations: { "example.org/a": "b" } });
  });
});

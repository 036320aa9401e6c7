import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { specKey, statusKey } from "../../resources/keys.ts";
import { Cli } from "../cmd/cli.ts";
import { EtcdServer } from "../support/etcd.ts";
import { storedInstance, UID } from "../support/stored-instance.ts";
import { Terminal } from "../support/terminal.ts";

const ESCAPE = "\u001b";
const start = join(import.meta.dirname, "../../bin/start.cjs");
let server: EtcdServer;
let cli: Cli;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vmctl-terminal-"));
  server = await EtcdServer.start();
  const store = await server.store({ root: "/terminal/" });
  const tail = "ns/default/instances/web-1";
  const status = JSON.stringify({ uid: UID, specCreateRevision: 2, status: { phase: "Running" } });
  await store.commit({
    compares: [],
    writes: [
      { op: "put", key: specKey(tail), value: storedInstance("web-1") },
      { op: "put", key: statusKey(tail), value: status },
    ],
  });
  cli = new Cli({ VMCTL_ENDPOINTS: server.endpoint, VMCTL_ROOT: "/terminal/" });
});
afterAll(async () => {
  await cli?.stop();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** vmctl on a terminal of 100 columns. */
function onTerminal(words: string, environment: Readonly<Record<string, string>> = {}): Terminal {
  const { PATH = "" } = process.env;
  const all = { PATH, HOME: folder, TERM: "xterm", VMCTL_ENDPOINTS: server.endpoint, VMCTL_ROOT: "/terminal/" };
  return new Terminal(`stty cols 100; ${process.execPath} ${start} ${words}`, { ...all, ...environment });
}

describe("on a terminal", () => {
  it("a list has colours", async () => {
    expect(await onTerminal("get vm").end()).toContain(`${ESCAPE}[32mRunning${ESCAPE}[39m`);
  });

  it.each([
    ["NO_COLOR is set", { NO_COLOR: "1" }],
    ["the terminal is dumb", { TERM: "dumb" }],
  ])("a list has none when %s", async (_, environment) => {
    const shown = await onTerminal("get vm", environment).end();
    expect(shown).toContain("Running");
    expect(shown).not.toContain(ESCAPE);
  });

  it("what takes more than a second shows, and leaves nothing of it", async () => {
    await server.pause();
    const terminal = onTerminal("get vm --request-timeout=60s", { NO_COLOR: "1" });
    try {
      await terminal.showing("asking etcd: list spec/ns/default/instances/");
    } finally {
      server.resume();
    }
    const shown = await terminal.end();
    expect(shown.slice(shown.lastIndexOf(`\r${ESCAPE}[K`))).toMatch(/^\r.\[KNAME +PHASE/);
  });

  it("a wait says what it waits for, until Ctrl-C", async () => {
    const terminal = onTerminal("wait vm/web-1 --for=condition=Ready --timeout=60s");
    await terminal.showing("waiting for condition=Ready on instance/web-1");
    terminal.type("\u0003");
    expect(await terminal.end()).toMatch(/\r.\[K$/);
  });

  it("--quiet shows nothing of the kind", async () => {
    const terminal = onTerminal("wait vm/web-1 --for=condition=Ready --timeout=2s --quiet");
    const shown = await terminal.end();
    expect(shown).not.toContain("…");
    expect(shown).toContain("timed out waiting for condition=Ready on instance/web-1");
  });
});

describe("through a pipe", () => {
  it("nothing but the answer or what went wrong is there, however long it takes", async () => {
    await server.pause();
    try {
      const { status, out, err } = await cli.run(["get", "vm", "--request-timeout=1500ms"]);
      expect({ status, out }).toEqual({ status: 1, out: "" });
      expect(err).toMatch(/^vmctl: cannot reach etcd at .*\n$/);
    } finally {
      server.resume();
    }
    const { out, err } = await cli.run(["get", "vm"]);
    expect({ out: out.includes(ESCAPE), err }).toEqual({ out: false, err: "" });
  });
});

describe("the exit status", () => {
  const stale = () => join(folder, "stale.yaml");
  beforeAll(() =>
    writeFile(
      join(folder, "stale.yaml"),
      'apiVersion: compute.vmctl/v1alpha1\nkind: Instance\nmetadata: {name: web-1, resourceVersion: "1"}\nspec: {}\n',
    ),
  );

  it.each([
    ["done", 0, "get vm web-1"],
    ["nothing there", 0, "get images"],
    ["not found", 1, "get vm web-2"],
    ["cannot be reached", 1, "get vm --endpoints 127.0.0.1:1 --request-timeout=100ms"],
    ["usage", 2, "get vm --nonsense"],
    ["unknown command", 2, "nonsense"],
    ["conflict", 3, "apply -f stale.yaml"],
    ["timed out", 4, "wait vm/web-1 --for=condition=Ready --timeout=100ms"],
  ])("of %s is %i", async (_, status, words) => {
    const result = await cli.run(words.split(" ").map((word) => (word === "stale.yaml" ? stale() : word)));
    expect(result.status, result.err).toBe(status);
  });

  it("of what is interrupted is 130", async () => {
    const waiting = cli.start(["wait", "vm/web-1", "--for=condition=Ready", "--timeout=60s", "-v"]);
    await waiting.complaining("watch ");
    waiting.interrupt();
    expect(await waiting.ended).toMatchObject({ status: 130, out: "" });
  });
});

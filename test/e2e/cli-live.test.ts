import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { specKey } from "../../resources/keys.ts";
import type { Store } from "../../store/store.ts";
import { EtcdServer } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { storedInstance } from "../support/stored-instance.ts";

const ROOT = "/live/";
const start = join(import.meta.dirname, "../../bin/start.cjs");
const ESC = "\u001b[";
let server: EtcdServer;
let store: Store;
let terminal: ChildProcess | undefined;

beforeAll(async () => {
  server = await EtcdServer.start();
  store = await server.store({ root: ROOT });
});
afterEach(async () => {
  terminal?.kill("SIGKILL");
  terminal = undefined;
});
afterAll(async () => server?.stop());

async function put(name: string, description: string): Promise<void> {
  const value = storedInstance(name, { spec: { description } });
  await store.commit({ compares: [], writes: [{ op: "put", key: specKey(`ns/default/instances/${name}`), value }] });
}

/** The command on a terminal of its own (util-linux' script), with what it drew so far. */
function onTerminal(command: string) {
  const child = spawn("script", ["-qec", `stty rows 6 cols 60; ${process.execPath} ${start} ${command}`, "/dev/null"], {
    env: {
      PATH: process.env["PATH"],
      HOME: "/nonexistent",
      TERM: "xterm",
      VMCTL_ENDPOINTS: server.endpoint,
      VMCTL_ROOT: ROOT,
    },
  });
  terminal = child;
  let drawn = "";
  child.stdout.on("data", (chunk: Buffer) => {
    drawn += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { drawn: () => drawn, type: (keys: string) => child.stdin.write(keys), ended };
}

/** The last picture: what follows the last time everything was wiped. */
const picture = (drawn: string): string[] =>
  (drawn.split(`${ESC}J`).at(-1) ?? "")
    .replaceAll(/\p{Cc}\[[0-9;?]*[a-zA-Z]/gu, "")
    .split("\r\n")
    .slice(0, -1);

describe("get --live", () => {
  it("keeps the table in place, within the screen, until Ctrl-C", async () => {
    await put("a", "1");
    const live = onTerminal("get vm --live -o wide");
    await eventually(() => expect(picture(live.drawn())[1]).toMatch(/^a +<none>/), { deadlineMs: 20_000 });
    for (const name of ["b", "c", "d", "e", "f"]) await put(name, "1");
    await eventually(() => expect(picture(live.drawn()).at(-1)).toBe("… and 3 more"), { deadlineMs: 20_000 });
    expect(picture(live.drawn())).toHaveLength(5);
    for (const name of ["a", "b", "c", "d"]) {
      await store.commit({ compares: [], writes: [{ op: "delete", key: specKey(`ns/default/instances/${name}`) }] });
    }
    await eventually(
      () => expect(picture(live.drawn()).map((line) => line.split(" ")[0])).toEqual(["NAME", "e", "f"]),
      { deadlineMs: 20_000 },
    );
    live.type("\u0003");
    expect(await live.ended).toBe(130);
  });

  it("on a terminal shows what a template takes out of an object without what could steer it", async () => {
    await put("evil", "a\u001b[2Jb");
    const shown = onTerminal("get vm evil -o jsonpath={.spec.description}");
    expect(await shown.ended).toBe(0);
    expect(shown.drawn()).toContain("a\\u001b[2Jb");
  });
});

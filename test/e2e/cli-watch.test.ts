import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { specKey } from "../../resources/keys.ts";
import type { Store } from "../../store/store.ts";
import type { RunningCli } from "../cmd/cli.ts";
import { QuickCli } from "../cmd/quick-cli.ts";
import { EtcdServer } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { storedInstance } from "../support/stored-instance.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";

const ROOT = "/watch/";
const UIDS = ["6b1f0c9e-8f0e-4c57-9d8b-0d3c5d4a7f11", "0c9e6b1f-8f0e-4c57-9d8b-0d3c5d4a7f22"] as const;
let server: EtcdServer;
let proxy: TcpProxy;
let store: Store;
let cli: QuickCli;

beforeAll(async () => {
  server = await EtcdServer.start();
  proxy = await TcpProxy.start(server.clientPort);
  store = await server.store({ root: ROOT });
  cli = new QuickCli({ VMCTL_ENDPOINTS: proxy.endpoint, VMCTL_ROOT: ROOT });
});
afterAll(async () => {
  await cli?.stop();
  await proxy?.stop();
  await server?.stop();
});

const keyOf = (namespace: string, name: string) => specKey(`ns/${namespace}/instances/${name}`);
async function put(namespace: string, name: string, description: string, uid: string = UIDS[0]): Promise<void> {
  const value = storedInstance(name, { namespace, uid, spec: { description } });
  await store.commit({ compares: [], writes: [{ op: "put", key: keyOf(namespace, name), value }] });
}
async function remove(namespace: string, name: string): Promise<void> {
  await store.commit({ compares: [], writes: [{ op: "delete", key: keyOf(namespace, name) }] });
}

/** One line `TYPE name uid description` for each event printed so far. */
function events(watch: RunningCli): string[] {
  const texts = watch.lines
    .join("\n")
    .split("\n---\n")
    .join("\n")
    .split(/^(?=\{)/m);
  return texts
    .filter((text) => text.trimEnd().endsWith("\n}"))
    .map((text) => {
      const { type, object } = JSON.parse(text) as {
        type: string;
        object: { metadata: { name: string; uid: string }; spec: { description: string } };
      };
      return `${type} ${object.metadata.name} ${object.metadata.uid.slice(0, 4)} ${object.spec.description}`;
    });
}
const watching = (namespace: string) =>
  cli.start(["get", "vm", "-n", namespace, "-w", "--output-watch-events", "-o", "json"]);
const shows = (watch: RunningCli, want: readonly string[]) =>
  eventually(() => expect(events(watch)).toEqual(want), { deadlineMs: 30_000 });

describe("a watch", () => {
  it("loses and repeats no change when etcd is killed and started again", async () => {
    await put("restart", "a", "0");
    const watch = watching("restart");
    const want = ["ADDED a 6b1f 0"];
    await shows(watch, want);
    for (let round = 1; round <= 3; round++) {
      await put("restart", "a", `${round} before`);
      await server.restart();
      await put("restart", "a", `${round} after`);
      await put("restart", `b-${round}`, "new");
      want.push(`MODIFIED a 6b1f ${round} before`, `MODIFIED a 6b1f ${round} after`, `ADDED b-${round} 6b1f new`);
    }
    await shows(watch, want);
    watch.interrupt();
    expect((await watch.ended).status).toBe(130);
  });

  it("tells what became of everything when the history was compacted while it was cut off", async () => {
    for (const name of ["again", "changed", "gone", "same"]) await put("compact", name, "0");
    const watch = watching("compact");
    const start = ["ADDED again 6b1f 0", "ADDED changed 6b1f 0", "ADDED gone 6b1f 0", "ADDED same 6b1f 0"];
    await shows(watch, start);
    proxy.suspend();
    await remove("compact", "again");
    await put("compact", "again", "1", UIDS[1]);
    await put("compact", "changed", "1");
    await put("compact", "changed", "2");
    await remove("compact", "gone");
    await put("compact", "new", "0");
    await server.compact();
    proxy.resume();
    await eventually(() => expect(events(watch)).toHaveLength(9), { deadlineMs: 30_000 });
    const later = events(watch).slice(start.length).sort();
    expect(later).toEqual(
      [
        "DELETED again 6b1f 0",
        "ADDED again 0c9e 1",
        "MODIFIED changed 6b1f 2",
        "DELETED gone 6b1f 0",
        "ADDED new 6b1f 0",
      ].sort(),
    );
    await put("compact", "same", "1");
    await eventually(() => expect(events(watch).at(-1)).toBe("MODIFIED same 6b1f 1"), { deadlineMs: 30_000 });
    expect(events(watch)).toHaveLength(10);
    watch.interrupt();
    expect((await watch.ended).status).toBe(130);
  });

  it("goes on through a link that is cut in the middle of a message", async () => {
    await put("cut", "a", "0");
    const watch = watching("cut");
    await shows(watch, ["ADDED a 6b1f 0"]);
    proxy.cutAfter("toClient", 100);
    const numbers = Array.from({ length: 20 }, (_, index) => String(index + 1));
    for (const number of numbers) await put("cut", "a", number);
    await shows(watch, ["ADDED a 6b1f 0", ...numbers.map((number) => `MODIFIED a 6b1f ${number}`)]);
    watch.interrupt();
    await watch.ended;
  });
});

describe("what a watch prints", () => {
  it("is only what comes, with --watch-only", async () => {
    await put("only", "a", "0");
    const watch = cli.start(["get", "vm", "-n", "only", "--watch-only", "--output-watch-events"]);
    await watch.linesFrom(1);
    await put("only", "b", "0");
    await remove("only", "a");
    const [headings, ...rows] = await watch.linesFrom(3);
    expect(headings).toMatch(/^EVENT +NAME +PHASE/);
    expect(rows.map((row) => row.split(/ +/).slice(0, 2).join(" "))).toEqual(["ADDED b", "DELETED a"]);
    watch.interrupt();
    await watch.ended;
  });

  it("follows selectors: what begins to match is added, what ceases to is deleted", async () => {
    await put("select", "a", "yes");
    const words = [
      "get",
      "vm",
      "-n",
      "select",
      "-w",
      "--output-watch-events",
      "--field-selector",
      "spec.description=yes",
    ];
    const watch = cli.start(words);
    await watch.linesFrom(2);
    await put("select", "b", "no");
    await put("select", "a", "no");
    await put("select", "b", "yes");
    const rows = (await watch.linesFrom(4)).slice(1);
    expect(rows.map((row) => row.split(/ +/).slice(0, 2).join(" "))).toEqual(["ADDED a", "DELETED a", "ADDED b"]);
    watch.interrupt();
    await watch.ended;
  });

  it("is refused for a name that is not there", async () => {
    await put("missing", "web-1", "0");
    const { status, err } = await cli.run(["get", "vm", "web-2", "-n", "missing", "-w"]);
    expect(status).toBe(1);
    expect(err).toContain('instance/web-2 not found in namespace missing; did you mean "web-1"?');
  });
});

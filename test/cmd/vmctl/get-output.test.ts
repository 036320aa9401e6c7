import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { CustomTable, parseColumnsFile, parseCustomColumns } from "../../../cmd/vmctl/output/custom-columns.ts";
import { formatDocument } from "../../../cmd/vmctl/output/format-document.ts";
import { parseOutput } from "../../../cmd/vmctl/output/get-output.ts";
import { rawFor } from "../../../cmd/vmctl/output/hostile.ts";
import { LiveScreen, requireTerminal } from "../../../cmd/vmctl/output/live-screen.ts";
import { ObjectTable } from "../../../cmd/vmctl/output/object-table.ts";
import { printObjects } from "../../../cmd/vmctl/output/print-objects.ts";
import { watchPrinter } from "../../../cmd/vmctl/output/watch-printer.ts";
import { type MatchedChange, matchingChanges } from "../../../cmd/vmctl/select/matching-changes.ts";
import { Instance } from "../../../resources/instance.ts";
import type { JoinedObject } from "../../../store/objects/joined-object.ts";
import type { ObjectWatchChange } from "../../../store/objects/watch-objects.ts";
import { testSeed } from "../../support/seed.ts";

const seed = testSeed();
const NOW = Date.parse("2026-01-01T01:00:00Z");
const columns = { wide: false, namespace: false, kindPrefix: false };
const instance = (
  name: string,
  phase: string,
  uid = `uid-${name}`,
  labels: Record<string, string> = {},
): JoinedObject => ({
  apiVersion: "compute.vmctl/v1alpha1",
  kind: "Instance",
  metadata: { name, namespace: "default", uid, labels, creationTimestamp: "2026-01-01T00:58:00Z" },
  spec: {},
  status: { phase },
});
const web = instance("web-1", "Running", undefined, { app: "web", "team/tier": "front" });

describe("custom columns", () => {
  const lines = (text: string, ...objects: object[]) => new CustomTable(parseCustomColumns(text), true).lines(objects);

  it("show headings and what is there", () => {
    expect(lines("NAME:.metadata.name,PHASE:{.status.phase},X:status.none", web)).toEqual([
      "NAME    PHASE     X",
      "web-1   Running   <none>",
    ]);
  });

  it("may stand in a file, each path under its heading", () => {
    const rows = (text: string) => new CustomTable(parseColumnsFile(text), true).lines([web]);
    const want = ["NAME    PHASE", "web-1   Running"];
    expect(rows("NAME           PHASE\nmetadata.name  {.status.phase}\n")).toEqual(want);
    expect(rows("\n NAME\tPHASE \r\n\r\n.metadata.name .status['phase' ]")).toEqual(want);
    for (const wrong of ["", "A", "A B\n.a", "A\n.a .b", "A\n.a\n.b"])
      expect(() => parseColumnsFile(wrong)).toThrow("a line of headings and a line of as many paths expected");
  });

  it("take a comma in brackets for part of the path", () => {
    expect(
      lines(`A:.d[?(@.n=="x,y")].v,B:.d[0,1].v`, {
        d: [
          { n: "x,y", v: 1 },
          { n: "z", v: "\u001b[1m" },
        ],
      }),
    ).toEqual(["A   B", "1   1,\\u001b[1m"]);
  });

  it.each([["NAME"], [":.a"], ["NAME:"], ["A:.a,,B:.b"]])("%s is refused or read whole", (text) => {
    if (text.includes(",,")) expect(lines(text, { a: 1, b: 2 })[0]).toBe("A   B");
    else expect(() => parseCustomColumns(text)).toThrow("HEADING:.path expected");
  });
});

describe("tables of objects", () => {
  const first = (choice: object) =>
    new ObjectTable({ kind: Instance, choice: { ...columns, ...choice }, now: () => NOW }).lines([web]);

  it("show labels, all or some, after the other columns", () => {
    expect(first({ showLabels: true })[0]).toMatch(/AGE +LABELS$/);
    expect(first({ showLabels: true })[1]).toMatch(/2m +app=web,team\/tier=front$/);
    expect(first({ labels: ["team/tier", "none"] })).toEqual([
      expect.stringMatching(/AGE +TIER +NONE$/),
      expect.stringMatching(/2m +front +<none>$/),
    ]);
  });

  it("go without headings", () => expect(first({ noHeadings: true })).toEqual([expect.stringMatching(/^web-1 /)]));
});

describe("-o", () => {
  const print = async (form: string | undefined, isSingle: boolean, ...objects: JoinedObject[]) =>
    printObjects(
      objects.map((object) => ({ kind: Instance, object })),
      { output: await parseOutput(form), columns, isSingle, now: NOW },
    );

  it("jsonpath works on one object itself, on several as a list", async () => {
    expect(await print("jsonpath={.metadata.name}", true, web)).toBe("web-1");
    expect(await print("jsonpath={.items[*].metadata.name}", false, web, instance("b", "Stopped"))).toBe("web-1 b");
    expect(await print("jsonpath={.kind}", false)).toBe("List");
  });

  it("an empty table is nothing at all", async () => {
    expect(await print(undefined, false)).toBe("");
    expect(await print("custom-columns=A:.a", false)).toBe("");
    expect(JSON.parse(await print("json", false))).toMatchObject({ kind: "List", items: [] });
  });

  it("name cannot steer the terminal", async () => {
    expect(await print("name", false, instance("a\u001b[2J", "Running"))).toBe("instance/a\\u001b[2J\n");
  });
});

describe("documents", () => {
  const steering = "\u001b\u009b\u202e\u2066\u2028\u007f\u0085";

  it("escape what could steer a terminal and read back the same", async () => {
    const text = fc
      .oneof(fc.string(), fc.constantFrom(...steering, "line\nend ", "a: b", "- x"))
      .map((part) => `${part}z`);
    const law = async (value: unknown, key: string) => {
      const given = { value, [key]: [value] };
      const json = await formatDocument(given, "json");
      const yaml = await formatDocument(given, "yaml");
      expect(JSON.parse(json)).toEqual(given);
      expect(parse(yaml)).toEqual(given);
      expect([...steering].filter((character) => `${json}${yaml}`.includes(character))).toEqual([]);
    };
    await fc.assert(fc.asyncProperty(text, text, law), { seed });
  });

  it("written raw reach a pipe byte for byte and a terminal without escapes", () => {
    expect(rawFor({})("a\u001b[1m\n\tb")).toBe("a\u001b[1m\n\tb");
    expect(rawFor({ isTTY: true })("a\u001b[1m\n\tb\u202e")).toBe("a\\u001b[1m\n\tb\\u202e");
  });
});

describe("the changes that match", () => {
  async function* from(...changes: ObjectWatchChange[]): AsyncGenerator<ObjectWatchChange> {
    yield* changes;
  }
  const running = ({ status }: JoinedObject) => (status as { phase: string }).phase === "Running";
  const seen = async (...changes: ObjectWatchChange[]) => {
    const all: MatchedChange[] = [];
    for await (const change of matchingChanges(from(...changes), running)) all.push(change);
    return all.map((change) =>
      change.type === "start"
        ? change.objects.map(({ metadata }) => metadata.name).join()
        : `${change.type} ${change.object.metadata.uid}${"left" in change ? " left" : ""}`,
    );
  };
  const start = (...objects: JoinedObject[]): ObjectWatchChange => ({ type: "start", objects });
  const put = (object: JoinedObject): ObjectWatchChange => ({ type: "put", object });

  it("are additions, modifications and deletions of what is wanted", async () => {
    const [a, b] = [instance("a", "Running"), instance("b", "Stopped")];
    const changes = [put(a), put(instance("b", "Running")), put(b), put(b), { type: "delete", object: a } as const];
    expect(await seen(start(a, b), ...changes, { type: "delete", object: b })).toEqual([
      "a",
      "MODIFIED uid-a",
      "ADDED uid-b",
      "DELETED uid-b left",
      "DELETED uid-a",
    ]);
  });

  it("tell a name taken again by another object from a change", async () => {
    const again = instance("a", "Running", "uid-new");
    expect(await seen(start(instance("a", "Running")), put(again), put(again))).toEqual([
      "a",
      "DELETED uid-a",
      "ADDED uid-new",
      "MODIFIED uid-new",
    ]);
    expect(await seen(start(instance("a", "Running")), put(instance("a", "Stopped", "uid-new")))).toEqual([
      "a",
      "DELETED uid-a",
    ]);
  });
});

describe("a watch", () => {
  const printer = async (form: string | undefined, choice: object = {}) =>
    watchPrinter({
      kind: Instance,
      output: await parseOutput(form),
      columns,
      events: false,
      only: false,
      now: () => NOW,
      ...choice,
    });
  const started: MatchedChange = { type: "start", objects: [web] };
  const changed: MatchedChange = { type: "MODIFIED", object: instance("web-1", "Stopping") };
  const left: MatchedChange = { type: "DELETED", object: instance("web-1", "Stopped"), left: true };

  it("prints events beside the rows when asked", async () => {
    const print = await printer(undefined, { events: true });
    expect(await print(started)).toMatch(/^EVENT +NAME .*\nADDED +web-1 +Running /);
    expect(await print(changed)).toMatch(/^MODIFIED +web-1 +Stopping /);
    expect(await print(changed)).toMatch(/^MODIFIED /);
    expect(await print(left)).toMatch(/^DELETED +web-1 +Stopped /);
  });

  it("prints events as documents", async () => {
    const print = await printer("json", { events: true });
    expect(JSON.parse(await print(started))).toMatchObject({ type: "ADDED", object: { metadata: { name: "web-1" } } });
    expect(parse(await (await printer("yaml", { events: true }))(changed))).toMatchObject({ type: "MODIFIED" });
  });

  it("without events says nothing of what merely left the selection", async () => {
    for (const form of [undefined, "json", "name", "custom-columns=A:.kind", "jsonpath={.kind}"]) {
      expect(await (await printer(form))(left)).toBe("");
    }
  });

  it("with only the changes is as wide as with all, and shows none of the start", async () => {
    const print = await printer(undefined, { only: true });
    expect(await print({ type: "start", objects: [instance("a-very-long-name", "Running"), web] })).toMatch(
      /^NAME {15}PHASE.*\n$/,
    );
    expect(await print(changed)).toMatch(/^web-1 {14}Stopping/);
    for (const form of ["json", "name"]) expect(await (await printer(form, { only: true }))(started)).toBe("");
  });
});

describe("the live picture", () => {
  const screen = (rows: number) => {
    const written: string[] = [];
    return { written, live: new LiveScreen({ rows, write: (text) => written.push(text) }) };
  };

  it("is drawn over itself, and only when it differs", () => {
    const { written, live } = screen(24);
    live.draw(["a", "b"]);
    live.draw(["a", "b"]);
    live.draw(["c"]);
    expect(written).toEqual(["\u001b[?7l\r\u001b[Ja\nb\n\u001b[?7h", "\u001b[?7l\u001b[2A\r\u001b[Jc\n\u001b[?7h"]);
  });

  it("never grows beyond the screen", () => {
    const { written, live } = screen(4);
    live.draw(["1", "2", "3", "4", "5"]);
    expect(written.join("")).toContain("1\n2\n… and 3 more\n");
    live.draw(["1", "2", "3", "4"]);
    expect(written.at(-1)).toContain("1\n2\n… and 2 more\n");
    live.draw(["1", "2", "3"]);
    expect(written.at(-1)).toContain("1\n2\n3\n");
  });

  it("needs a terminal", () => {
    expect(() => requireTerminal({})).toThrow("use -w");
    expect(() => requireTerminal({ isTTY: true }, "dumb")).toThrow("use -w");
    expect(() => requireTerminal({ isTTY: true }, "xterm")).not.toThrow();
  });
});

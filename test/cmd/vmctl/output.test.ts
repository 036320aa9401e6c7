import { describe, expect, it } from "vitest";
import { formatAge } from "../../../cmd/vmctl/output/age.ts";
import { formatBytes, formatCell, printable } from "../../../cmd/vmctl/output/cell.ts";
import { coloursFor } from "../../../cmd/vmctl/output/colour.ts";
import { ObjectTable } from "../../../cmd/vmctl/output/object-table.ts";
import { Table } from "../../../cmd/vmctl/output/table.ts";
import { Hypervisor } from "../../../resources/hypervisor.ts";
import { Image } from "../../../resources/image.ts";
import { Instance } from "../../../resources/instance.ts";
import { InstanceSet } from "../../../resources/instance-set.ts";

const NOW = Date.parse("2026-01-01T01:00:00Z");
const plain = { wide: false, namespace: false, kindPrefix: false };
const instance = (name: string, status?: object) => ({
  apiVersion: "compute.vmctl/v1alpha1",
  kind: "Instance",
  metadata: {
    name,
    namespace: "default",
    uid: `uid-${name}`,
    generation: 1,
    creationTimestamp: "2026-01-01T00:58:00Z",
  },
  spec: { image: { name: "tiny" } },
  ...(status && { status }),
});
const running = { phase: "Running", hypervisor: "host-1", addresses: [{ ip: "192.0.2.7" }] };

describe("ages", () => {
  it.each([
    [5, "5s"],
    [119, "119s"],
    [125, "2m5s"],
    [1500, "25m"],
    [3 * 3600 + 300, "3h5m"],
    [30 * 3600, "30h"],
    [3 * 86400 + 4 * 3600, "3d4h"],
    [12 * 86400, "12d"],
    [800 * 86400, "2y"],
  ])("%i seconds are %s", (seconds, want) => {
    expect(formatAge(new Date(NOW - seconds * 1000).toISOString(), NOW)).toBe(want);
  });

  it("of what has none are unknown", () => expect(formatAge(undefined, NOW)).toBe("<unknown>"));
});

describe("cells", () => {
  it.each([
    [undefined, "<none>"],
    [[], "<none>"],
    [["a", "b"], "a,b"],
    [{ name: "tiny" }, "tiny"],
    [{ source: { url: "http://x/y" } }, "http://x/y"],
    [true, "true"],
  ])("%j is %s", (value, want) => expect(formatCell(value)).toBe(want));

  it("never let a stored text steer the terminal", () => {
    expect(formatCell("a\u001b[31mb\nc\u202e")).toBe("a\\u001b[31mb\\u000ac\\u202e");
    expect(printable("ok ä 漢")).toBe("ok ä 漢");
  });

  it.each([
    [8589934592, "8Gi"],
    [1610612736, "1.5Gi"],
    [500, "500"],
    [undefined, "<none>"],
  ])("%s bytes are %s", (value, want) => expect(formatBytes(value)).toBe(want));
});

describe("tables", () => {
  it("are aligned, wide characters counted as they are shown", () => {
    expect(
      new Table().lines([
        ["NAME", "X"],
        ["漢字漢字", "1"],
        ["a", "2"],
      ]),
    ).toEqual(["NAME       X", "漢字漢字   1", "a          2"]);
  });

  it("show NAME PHASE HYPERVISOR IP AGE of instances, more with wide", () => {
    const objects = [instance("web-1", running), instance("a")];
    expect(new ObjectTable({ kind: Instance, choice: plain, now: () => NOW }).lines(objects)).toEqual([
      "NAME    PHASE     HYPERVISOR   IP          AGE",
      "web-1   Running   host-1       192.0.2.7   2m",
      "a       <none>    <none>       <none>      2m",
    ]);
    const choice = { ...plain, wide: true, namespace: true };
    const wide = new ObjectTable({ kind: Instance, choice, now: () => NOW }).lines(objects);
    expect(wide[0]).toMatch(/^NAMESPACE +NAME +PHASE +HYPERVISOR +IP +AGE +REASON +UID +IMAGE +GENERATION$/);
  });

  it("say the default of an absent field", () => {
    const host = { apiVersion: "", kind: "Hypervisor", metadata: { name: "h" }, spec: {} };
    expect(new ObjectTable({ kind: Hypervisor, choice: plain, now: () => NOW }).lines([host])[1]).toMatch(
      /^h +<none> +false /,
    );
  });

  const waiting = (conditions: unknown) => instance("a", { phase: "Pending", conditions });
  it.each([
    ["NoCapacity", [{ type: "Ready", status: "False", reason: "NoCapacity" }]],
    ["HostSilent", [null, 7, { type: "Ready", status: "Unknown", reason: "HostSilent" }]],
    ["<none>", [{ type: "Ready", status: "True", reason: "Running" }]],
    ["<none>", [{ type: "Scheduled", status: "False", reason: "NoCapacity" }]],
    ["<none>", "hostile"],
    ["a\\u001b[2J", [{ type: "Ready", status: "False", reason: "a\u001b[2J" }]],
  ])("with wide say in one word why something is not ready: %s", (want, conditions) => {
    const choice = { ...plain, wide: true };
    const [, line = ""] = new ObjectTable({ kind: Instance, choice, now: () => NOW }).lines([waiting(conditions)]);
    expect(line.split(/ {2,}/).slice(0, 6)).toEqual(["a", "Pending", "<none>", "<none>", "2m", want]);
  });

  it("with wide print a row again when the reason is another", () => {
    const table = new ObjectTable({ kind: Instance, choice: { ...plain, wide: true }, now: () => NOW });
    const of = (reason: string) => waiting([{ type: "Ready", status: "False", reason }]);
    table.lines([of("ImageNotFound")]);
    expect(table.changed(of("ImageNotFound"))).toEqual([]);
    expect(table.changed(of("NoCapacity"))).toEqual([expect.stringContaining("NoCapacity")]);
  });

  it("say of an Image whether it is accepted, and what its format is found out from", () => {
    const image = (name: string, spec: object, status?: string) => ({
      ...{ apiVersion: "", kind: "Image", metadata: { name }, spec },
      status: { conditions: status === undefined ? [] : [{ type: "Accepted", status, reason: "Invalid" }] },
    });
    const objects = [image("a", {}, "True"), image("b", { format: "raw" }, "False"), image("c", {})];
    const lines = new ObjectTable({ kind: Image, choice: { ...plain, wide: true }, now: () => NOW }).lines(objects);
    expect(lines.map((line) => line.split(/ {2,}/).filter((_, column) => [0, 1, 2, 5].includes(column)))).toEqual([
      ["NAME", "STATUS", "FORMAT", "REASON"],
      ["a", "Accepted", "auto", "<none>"],
      ["b", "NotAccepted", "raw", "Invalid"],
      ["c", "<none>", "auto", "<none>"],
    ]);
  });

  it.each([
    [Image, "STATUS", "Accepted"],
    [InstanceSet, "STATUS", "Ready"],
    [Hypervisor, "READY", "True"],
  ])("tell that %s is on its way out, where they tell what it is in", (kind, heading, good) => {
    const all = (status: string) => ({ conditions: ["Accepted", "Ready"].map((type) => ({ type, status })) });
    const object = { apiVersion: "", kind: kind.kind, metadata: { name: "x" }, spec: {}, status: all("True") };
    const gone = { ...object, metadata: { ...object.metadata, name: "y", deletionTimestamp: "2026-01-01T01:00:00Z" } };
    const ill = { ...object, status: all("Unknown") };
    const lines = new ObjectTable({ kind, choice: plain, now: () => NOW }).lines([object, gone, ill]);
    expect(lines.map((line) => line.split(/ +/).slice(0, 2))).toEqual([
      ["NAME", heading],
      ["x", good],
      ["y", "Terminating"],
      ["x", "Unknown"],
    ]);
    expect(lines.join().match(/Terminating/g)).toHaveLength(1);
  });

  it("print a later row aligned to the first ones, and once", () => {
    const table = new ObjectTable({ kind: Instance, choice: plain, now: () => NOW });
    table.lines([instance("web-1", running)]);
    expect(table.changed(instance("web-1", running))).toEqual([]);
    expect(table.changed(instance("web-1", { ...running, phase: "Stopping" }))).toEqual([
      "web-1   Stopping   host-1       192.0.2.7   2m",
    ]);
    expect(table.deleted(instance("web-1", running))).toBe("web-1   Deleted   host-1       192.0.2.7   2m");
    expect(table.changed(instance("web-1", running))).toHaveLength(1);
  });
});

describe("colours", () => {
  it.each([
    [{ isTTY: true }, {}, true],
    [{ isTTY: true }, { NO_COLOR: "1" }, false],
    [{ isTTY: true }, { TERM: "dumb" }, false],
    [{}, {}, false],
  ])("for %j with %j: %s", (stream, environment, want) => {
    expect(coloursFor(stream, environment).isColorSupported).toBe(want);
  });
});

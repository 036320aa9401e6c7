import { describe, expect, it } from "vitest";
import { describeObject } from "../../../cmd/vmctl/describe/describe-object.ts";
import { sectionLines } from "../../../cmd/vmctl/describe/section.ts";
import { isWanted, parseEventTypes } from "../../../cmd/vmctl/events/event-filter.ts";
import { EventTable } from "../../../cmd/vmctl/events/event-table.ts";
import type { Event } from "../../../resources/event.ts";
import { Image } from "../../../resources/image.ts";
import { Instance } from "../../../resources/instance.ts";

const NOW = Date.parse("2026-01-01T01:00:00Z");
const condition = (type: string, minutes: number) => ({
  ...{ type, status: "True", reason: "Because", message: "" },
  lastTransitionTime: new Date(NOW - minutes * 60_000).toISOString(),
});
const event = (parts: Partial<Event> = {}): Event => ({
  ...{ uid: "uid", kind: "Instance", namespace: "default", name: "web-1", type: "Normal", reason: "Bound" },
  ...{ message: "placed", count: 1, firstTimestamp: "2026-01-01T00:50:00Z", lastTimestamp: "2026-01-01T00:58:00Z" },
  ...parts,
});

describe("a description", () => {
  const text = (parts: object = {}) =>
    describeObject({
      object: {
        apiVersion: "compute.vmctl/v1alpha1",
        kind: "Instance",
        metadata: { name: "web-1", namespace: "default", generation: 1 },
        spec: { description: "a\u001b[2Jb" },
        status: {
          phase: "Running",
          conditions: [condition("Ready", 1), condition("Accepted", 9), condition("Bound", 3)],
        },
      },
      related: [{ title: "Image", lines: [] }],
      events: [event()],
      now: NOW,
      ...parts,
    });

  it("has the conditions in the order in which they came about", () => {
    expect([...text().matchAll(/^ {2}(\w+) +True/gm)].map(([, type]) => type)).toEqual(["Accepted", "Bound", "Ready"]);
  });

  it("tells of other objects, of events, or why it cannot", () => {
    expect(text()).toContain("\nImage:\n  <none>\n");
    expect(text({ events: "<not allowed>" })).toContain("\nEvents:\n  <not allowed>\n");
  });

  it("has bytes as people read them, and other numbers as they are", () => {
    const status = { capacity: { vcpu: 8, memory: 16 * 2 ** 30, disk: 7 }, list: [{ disk: "2Gi", memory: 2 ** 20 }] };
    const told = text({ object: { kind: "Hypervisor", metadata: { name: "h" }, status } });
    expect(told).toContain("  capacity:\n    vcpu: 8\n    memory: 16Gi\n    disk: 7\n");
    expect(told).toMatch(/disk: 2Gi\n +memory: 1Mi/);
  });

  it("cannot steer the terminal", () => expect(text()).not.toContain("\u001b"));

  it("cuts what would not end", () => {
    const lines = Array.from({ length: 130 }, (_, index) => `row ${index}`);
    expect(sectionLines({ title: "Instances", lines }).slice(-2)).toEqual(["  row 99", "  … and 30 more"]);
  });
});

describe("events", () => {
  const all = { allNamespaces: false, namespace: "default" };

  it.each([
    [event(), {}, true],
    [event({ namespace: "other" }), {}, false],
    [event({ namespace: "other" }), { allNamespaces: true }, true],
    [event(), { types: ["Warning" as const] }, false],
    [event(), { references: [{ kind: Instance, name: "web-1" }] }, true],
    [event(), { references: [{ kind: Image, name: "web-1" }] }, false],
    [event({ name: "web-2" }), { references: [{ kind: Instance, name: "web-1" }] }, false],
  ])("of %o with %o: %s", (given, filter, want) => expect(isWanted(given, { ...all, ...filter })).toBe(want));

  it("of the whole cluster come with -A or by name", () => {
    const { namespace: _, ...image } = event({ kind: "Image", name: "debian" });
    expect(isWanted(image, all)).toBe(false);
    expect(isWanted(image, { ...all, allNamespaces: true })).toBe(true);
    expect(isWanted(image, { ...all, references: [{ kind: Image, name: "debian" }] })).toBe(true);
  });

  it("have two types, in any case", () => {
    expect(parseEventTypes("warning,Normal")).toEqual(["Warning", "Normal"]);
    expect(parseEventTypes(undefined)).toBeUndefined();
    expect(() => parseEventTypes("Warnin")).toThrow('Normal or Warning expected; did you mean "Warning"?');
  });

  it("are a table with their namespace where there are several", () => {
    const table = (namespace: boolean, headings: boolean) => new EventTable({ namespace, headings, now: () => NOW });
    expect(table(true, true).lines([event({ count: 3, message: "\u001b[1m" })])).toEqual([
      expect.stringMatching(/^NAMESPACE +LAST SEEN +TYPE +REASON +OBJECT +MESSAGE$/),
      expect.stringMatching(/^default +2m \(x3 over 10m\) +Normal +Bound +instance\/web-1 +\\u001b\[1m$/),
    ]);
    expect(table(false, false).lines([event()])).toEqual([expect.stringMatching(/^2m +Normal/)]);
  });
});

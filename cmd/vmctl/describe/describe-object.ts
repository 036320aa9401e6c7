import type { Condition } from "../../../resources/conditions.ts";
import type { Event } from "../../../resources/event.ts";
import type { JoinedObject } from "../../../store/objects/joined-object.ts";
import { formatYaml } from "../../config/yaml-text.ts";
import { eventCells } from "../events/event-table.ts";
import { formatAge } from "../output/age.ts";
import { printable } from "../output/cell.ts";
import { Table } from "../output/table.ts";
import { readableAmounts } from "./readable-amounts.ts";
import { type Section, sectionLines } from "./section.ts";
import { waitsFor } from "./waits-for.ts";

export interface Description {
  readonly object: JoinedObject;
  /** Of other objects. */
  readonly related: readonly Section[];
  /** Oldest first; or a line saying why there are none. */
  readonly events: readonly Event[] | string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Everything about one object as a text for people. */
export function describeObject({ object, related, events, now }: Description): string {
  const { conditions = [], ...status } = (object.status ?? {}) as { conditions?: Condition[] };
  const sections: readonly Section[] = [
    { title: "Spec", lines: yamlLines(object.spec ?? {}) },
    { title: "Status", lines: Object.keys(status).length === 0 ? [] : yamlLines(readableAmounts(status)) },
    ...related,
    { title: "Conditions", lines: conditionLines(Array.isArray(conditions) ? conditions : [], now) },
    { title: "Events", lines: typeof events === "string" ? [events] : eventLines(events, now) },
  ];
  const waits = `Waits for:  ${printable(waitsFor(object) ?? "nothing")}`;
  return `${[...head(object, now), ...sections.flatMap(sectionLines), waits].join("\n")}\n`;
}

function head({ kind, metadata }: JoinedObject, now: number): string[] {
  const created = metadata.creationTimestamp;
  const rows: (readonly [string, string | undefined])[] = [
    ["Name:", metadata.name],
    ["Namespace:", metadata.namespace],
    ["Kind:", kind],
    ["UID:", metadata.uid],
    ["Created:", created && `${created} (${formatAge(created, now)} ago)`],
    ["Deletion:", metadata.deletionTimestamp && `asked for ${formatAge(metadata.deletionTimestamp, now)} ago`],
    ["Generation:", metadata.generation?.toString()],
    ...pairs("Labels:", metadata.labels),
    ...pairs("Annotations:", metadata.annotations),
    ...(metadata.finalizers ?? []).map((name, index) => [index === 0 ? "Finalizers:" : "", name] as const),
  ];
  const known = rows.flatMap(([name, value]) => (value === undefined ? [] : [[name, printable(value)]]));
  return new Table().lines(known);
}

/** One row each, the title before the first. */
function pairs(title: string, map: Readonly<Record<string, string>> = {}): (readonly [string, string])[] {
  return Object.entries(map).map(([key, value], index) => [index === 0 ? title : "", `${key}=${value}`]);
}

const yamlLines = (value: unknown): string[] => formatYaml(value).trimEnd().split("\n").map(printable);

/** In the order in which they came to be what they are. */
function conditionLines(conditions: readonly Condition[], now: number): string[] {
  if (conditions.length === 0) return [];
  const inTime = conditions.toSorted((a, b) => timeOf(a.lastTransitionTime) - timeOf(b.lastTransitionTime));
  const rows = inTime.map(({ type, status, reason, lastTransitionTime, message }) =>
    [type, status, reason, formatAge(lastTransitionTime, now), message].map((text) => printable(String(text))),
  );
  return new Table().lines([["TYPE", "STATUS", "REASON", "SINCE", "MESSAGE"], ...rows]);
}

/** Without a time: first. */
const timeOf = (text: string | undefined): number => Date.parse(text ?? "") || 0;

function eventLines(events: readonly Event[], now: number): string[] {
  if (events.length === 0) return [];
  const rows = events.map((event) => eventCells(event, now).toSpliced(3, 1));
  return new Table().lines([["LAST SEEN", "TYPE", "REASON", "MESSAGE"], ...rows]);
}

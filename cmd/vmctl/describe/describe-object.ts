import type { Condition } from "../../../resources/conditions.ts";
import type { Event } from "../../../resources/event.ts";
import type { JoinedObject } from "../../../store/objects/joined-object.ts";
import { formatYaml } from "../../config/yaml-text.ts";
import { eventCells } from "../events/event-table.ts";
import { formatAge } from "../output/age.ts";
import { printable } from "../output/cell.ts";
import { Table } from "../output/table.ts";
import { waitsFor } from "./waits-for.ts";

/** Everything about one object as a text for people. `now`: milliseconds since the epoch. */
export function describeObject(object: JoinedObject, events: readonly Event[], now: number): string {
  const { conditions = [], ...status } = (object.status ?? {}) as { conditions?: Condition[] };
  const sections = [
    head(object, now),
    section("Spec", indented(formatYaml(object.spec ?? {}))),
    section("Status", Object.keys(status).length === 0 ? ["  <none>"] : indented(formatYaml(status))),
    section("Conditions", conditionLines(Array.isArray(conditions) ? conditions : [], now)),
    section("Events", eventLines(events, now)),
    [`Waits for:  ${printable(waitsFor(object) ?? "nothing")}`],
  ];
  return `${sections.flat().join("\n")}\n`;
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
  ];
  const known = rows.flatMap(([name, value]) => (value === undefined ? [] : [[name, printable(value)]]));
  return new Table().lines(known);
}

/** One row each, the title before the first. */
function pairs(title: string, map: Readonly<Record<string, string>> = {}): (readonly [string, string])[] {
  return Object.entries(map).map(([key, value], index) => [index === 0 ? title : "", `${key}=${value}`]);
}

const section = (title: string, lines: readonly string[]): string[] => [`${title}:`, ...lines];

const indented = (yaml: string): string[] =>
  yaml
    .trimEnd()
    .split("\n")
    .map((line) => `  ${printable(line)}`);

function conditionLines(conditions: readonly Condition[], now: number): string[] {
  if (conditions.length === 0) return ["  <none>"];
  const rows = conditions.map(({ type, status, reason, lastTransitionTime, message }) =>
    [type, status, reason, formatAge(lastTransitionTime, now), message].map((text) => printable(String(text))),
  );
  return new Table().lines([["  TYPE", "STATUS", "REASON", "SINCE", "MESSAGE"], ...rows.map(indentRow)]);
}

function eventLines(events: readonly Event[], now: number): string[] {
  if (events.length === 0) return ["  <none>"];
  const rows = events.map((event) => eventCells(event, now).toSpliced(3, 1));
  return new Table().lines([["  LAST SEEN", "TYPE", "REASON", "MESSAGE"], ...rows.map(indentRow)]);
}

const indentRow = ([first = "", ...rest]: readonly string[]): string[] => [`  ${first}`, ...rest];

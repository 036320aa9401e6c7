import { formatManifestProblem } from "../../../apply/manifest-problem.ts";
import type { PlannedChange, PlannedObject } from "../../../apply/plan-set.ts";
import { Instance } from "../../../resources/instance.ts";
import { isSealed } from "../../../resources/sealing/sealed-text.ts";
import { printable } from "../output/cell.ts";
import { Table } from "../output/table.ts";
import { formatReference } from "../select/references.ts";
import { type PlannedUsers, userLines } from "./planned-users.ts";
import { type Amounts, amountsOf, formatAmounts, setResources } from "./set-resources.ts";

/** Where new instances would go. */
export type PlacementWords = ReadonlyMap<PlannedObject, string>;

/** What the cluster says to a plan. */
export interface PlanNotes {
  readonly placements: PlacementWords;
  readonly users: PlannedUsers;
}

/** The whole plan for people, one object after the other; unchanged ones are only counted. */
export function planLines(objects: readonly PlannedObject[], notes: PlanNotes): string[] {
  const changing = objects.filter(({ result }) => result !== "unchanged");
  const unchanged = objects.length - changing.length;
  return [
    ...changing.flatMap((planned) => objectLines(planned, notes)),
    ...objects.flatMap(unknownLines),
    ...(unchanged > 0 ? [`${unchanged} unchanged`] : []),
    ...sumLines(objects),
  ].map(printable);
}

export const labelOf = ({ manifest: { kind, object } }: PlannedObject): string =>
  formatReference({ kind, name: object.metadata.name });

function objectLines(planned: PlannedObject, notes: PlanNotes): string[] {
  const [placement, users] = [notes.placements.get(planned), notes.users.get(planned)];
  const label = labelOf(planned);
  if (planned.result === "unchanged") return [];
  if (planned.result === "configured")
    return [
      `${label} would be configured`,
      ...changeLines(planned.changes),
      ...(users ? userLines(planned.manifest.kind, users) : []),
    ];
  if (planned.result === "created") {
    const takes = planned.manifest.kind === Instance ? `: ${formatAmounts(amountsOf(planned.object.spec))}` : "";
    return [`${label} would be created${takes}`, ...(placement === undefined ? [] : [`  ${placement}`])];
  }
  return planned.problems.map((problem) => `${label} ${planned.result}: ${formatManifestProblem(problem)}`);
}

function changeLines(changes: readonly PlannedChange[]): string[] {
  const rows = changes.map(({ path, old, new: now, effect }) => [path, `${shown(old)} → ${shown(now)}`, effect.text]);
  return new Table().lines(rows).map((line) => `  ${line}`);
}

const MOST_NAMED = 8;

/** Nobody can have asked for these, and nobody should think that the plan speaks of them. */
function unknownLines(planned: PlannedObject): string[] {
  if (!("unknown" in planned) || planned.unknown.length === 0) return [];
  const more = planned.unknown.length - MOST_NAMED;
  const names = planned.unknown.slice(0, MOST_NAMED).join(", ");
  const all = more > 0 ? `${names} and ${more} more` : names;
  return [`${labelOf(planned)} has fields that this vmctl does not know, and leaves as they are: ${all}`];
}

const LONGEST = 48;

function shown(value: unknown): string {
  if (value === undefined) return "(none)";
  if (typeof value === "string" && isSealed(value)) return "(sealed)";
  const text = typeof value === "string" && /^[\w.:/@+-]+$/.test(value) ? value : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

function sumLines(objects: readonly PlannedObject[]): string[] {
  const { before, after } = setResources(objects);
  if (isNothing(before) && isNothing(after)) return [];
  const [now, then] = [formatAmounts(before), formatAmounts(after)];
  return [now === then ? `In all: ${now}` : `In all: ${now} → ${then}`];
}

const isNothing = ({ vcpu, memory, disk }: Amounts): boolean => vcpu + memory + disk === 0;

import { KINDS, type KindInfo } from "../../../../resources/kinds.ts";
import type { JoinedObject } from "../../../../store/objects/joined-object.ts";
import { formatCell } from "../../output/cell.ts";
import { fieldAt } from "../../output/field-at.ts";
import { Table } from "../../output/table.ts";
import type { Neighbours } from "../neighbours.ts";
import type { Part } from "./part.ts";
import { quotaRows } from "./quota.ts";

/** What is in it: how many of each kind, in which phases, and how many there may be; what that takes of its quota. */
export const namespaceParts = (namespace: JoinedObject): readonly Part[] => [
  { title: "Holds", read: (neighbours) => holdings(namespace, neighbours) },
  ...(fieldAt(namespace, "spec.quota") === undefined
    ? []
    : [{ title: "Quota", read: (neighbours: Neighbours) => quotaLines(namespace, neighbours) }]),
];

async function quotaLines(namespace: JoinedObject, neighbours: Neighbours): Promise<string[]> {
  const rows = (await quotaRows(namespace, neighbours)).map(({ name, taken, limit }) => [name, taken, limit]);
  return new Table().lines([["RESOURCE", "TAKEN", "AT MOST"], ...rows]);
}

async function holdings(namespace: JoinedObject, neighbours: Neighbours): Promise<string[]> {
  const kinds = KINDS.filter(({ namespaced }) => namespaced);
  const rows = await Promise.all(kinds.map((kind) => holding(namespace, kind, neighbours)));
  return new Table().lines([["KIND", "COUNT", "AT MOST", "PHASES"], ...rows]);
}

async function holding(namespace: JoinedObject, kind: KindInfo, neighbours: Neighbours): Promise<string[]> {
  const objects = await neighbours.list(kind, namespace.metadata.name);
  const limit = fieldAt(namespace, `spec.limits.${kind.plural}`);
  return [kind.plural, String(objects.length), formatCell(limit), phases(objects)];
}

/** `2 Pending, 10 Running`, in the order of names. */
function phases(objects: readonly JoinedObject[]): string {
  const counts = new Map<string, number>();
  for (const object of objects) {
    const phase = fieldAt(object, "status.phase");
    if (phase !== undefined) counts.set(formatCell(phase), (counts.get(formatCell(phase)) ?? 0) + 1);
  }
  return formatCell([...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([phase, count]) => `${count} ${phase}`));
}

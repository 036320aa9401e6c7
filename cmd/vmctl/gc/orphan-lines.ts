import type { Resources } from "../../../placement/placement.ts";
import { printable } from "../output/cell.ts";
import { Table } from "../output/table.ts";
import type { Orphan, OrphanedAllocation, OrphanedProvider } from "./find-orphans.ts";

/** What was found, as a table for people. */
export function orphanLines(orphans: readonly Orphan[]): readonly string[] {
  const rows = orphans.map((orphan) => [nameOf(orphan), orphan.provider.name, detailOf(orphan)].map(printable));
  return new Table().lines([["NOBODY'S", "PROVIDER", "WHAT"], ...rows]);
}

export const nameOf = (orphan: Orphan): string =>
  orphan.what === "allocation" ? `allocation/${orphan.held.consumer}` : `provider/${orphan.provider.uuid}`;

/** Whether it can go: a provider only when nothing with an owner is booked on it. */
export const isRemovable = (orphan: Orphan): boolean => orphan.what === "allocation" || orphan.owned.length === 0;

const detailOf = (orphan: Orphan): string => (orphan.what === "allocation" ? amountsOf(orphan) : bookedOn(orphan));

function amountsOf({ held }: OrphanedAllocation): string {
  const all = Object.values(held.allocations).flatMap((resources: Resources) => Object.entries(resources));
  return all.map(([name, amount]) => `${name}:${amount}`).join(",");
}

function bookedOn({ owned }: OrphanedProvider): string {
  if (owned.length === 0) return "no hypervisor has it";
  return `no hypervisor has it; stays: ${owned.length} on it with an owner (${owned.slice(0, 3).join(", ")}${owned.length > 3 ? ", …" : ""})`;
}

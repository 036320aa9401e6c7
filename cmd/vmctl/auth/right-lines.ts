import { PREFIX } from "../../../resources/keys.ts";
import { type Grant, ROLES } from "../../../resources/roles.ts";
import { Table } from "../output/table.ts";
import { missingRights } from "./missing-rights.ts";
import type { Right } from "./try-rights.ts";

export const EVERY_PLACE: readonly Grant[] = Object.values(PREFIX).map((prefix) => ({ prefix, access: "readwrite" }));

/** A table of what a user may read and write. */
export function rightLines(rights: readonly Right[]): string[] {
  const rows = rights.map(({ place, read, write }) => [place || "everything", said(read), said(write)]);
  return new Table().lines([["KEYS", "READ", "WRITE"], ...rows]);
}

const said = (allowed: boolean): string => (allowed ? "yes" : "no");

/** Which of our roles these rights make. */
export function rolesLine(rights: readonly Right[]): string {
  const fitting = Object.entries(ROLES).filter(([, grants]) => missingRights(grants, rights).length === 0);
  if (fitting.length === 0) return "This user has none of our roles in full.";
  return `This user has every right of: ${fitting.map(([name]) => name).join(", ")}.`;
}

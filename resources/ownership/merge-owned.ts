import type { TSchema } from "typebox";
import type { ProblemPath } from "../problem.ts";
import { sameKnownValue } from "../same-known-value.ts";
import { type Leaf, leavesOf } from "./leaves.ts";
import {
  type ManagedFields,
  type ManagedFieldsEntry,
  otherOwners,
  withClaim,
  withoutFields,
} from "./managed-fields.ts";
import { overlay } from "./overlay.ts";
import type { OwnedDocument } from "./owned-document.ts";
import { withoutLeaves } from "./without-leaves.ts";

/** A field that somebody else set to something else. */
export interface FieldConflict {
  readonly path: string;
  /** Where it stands in what is wanted. */
  readonly steps: ProblemPath;
  readonly managers: readonly string[];
  readonly theirs: unknown;
  readonly ours: unknown;
}

export interface Ownership {
  readonly manager: string;
  /** Take over what conflicts. */
  readonly force: boolean;
  /** See timestamp(). */
  readonly now: string;
}

export interface OwnedSides {
  readonly live: OwnedDocument;
  readonly managed: ManagedFields;
  readonly wanted: OwnedDocument;
}

export type OwnedMerge =
  | { readonly kind: "merged"; readonly document: OwnedDocument; readonly managed: ManagedFields }
  | { readonly kind: "conflict"; readonly conflicts: readonly FieldConflict[] };

/**
 * Kubernetes' server-side apply: what the manager wants is set and is its own; what it set by an earlier apply and no
 * longer wants goes away unless somebody else owns it too; all else stays. A field that another manager owns with
 * another value is a conflict, and then nothing is merged. What the schema does not know nobody can want by it: it stays
 * whose it was. Pure.
 */
export function mergeOwned(schema: TSchema, sides: OwnedSides, ownership: Ownership): OwnedMerge {
  const { manager, force, now } = ownership;
  const [live, wanted] = [leavesOf(schema, sides.live), leavesOf(schema, sides.wanted)];
  const conflicts = conflictsOf(live, wanted, otherOwners(sides.managed, manager));
  if (conflicts.length > 0 && !force) return { kind: "conflict", conflicts };
  const taken = new Set(conflicts.map(({ path }) => path));
  const others = withoutFields(sides.managed, taken, (entry) => entry.manager !== manager);
  const isApply = (entry: ManagedFieldsEntry) => entry.manager === manager && entry.operation === "Apply";
  const isUpdate = (entry: ManagedFieldsEntry) => entry.manager === manager && entry.operation === "Update";
  const rest = withoutFields(others, new Set(wanted.keys()), isUpdate);
  const left = (sides.managed.find(isApply)?.fields ?? []).filter((path) => !wanted.has(path));
  const dropped = left.filter((path) => !isBelowUnknown(live, path));
  const document = withoutDropped(schema, overlay(schema, sides.live, sides.wanted), {
    dropped,
    wanted,
    owned: rest.filter((entry) => !isApply(entry)).flatMap(({ fields }) => fields),
  });
  const after = leavesOf(schema, document);
  const fields = [...wanted.keys(), ...left.filter((path) => isBelowUnknown(after, path))];
  const managed = withClaim(rest, { manager, operation: "Apply", fields, now });
  return { kind: "merged", document, managed };
}

/** Whoever knew the field may have owned parts of it. */
const isBelowUnknown = (leaves: ReadonlyMap<string, Leaf>, path: string): boolean =>
  [...leaves].some(([at, { isUnknown }]) => isUnknown && isAtOrBelow(path, at));

const isAtOrBelow = (path: string, at: string): boolean =>
  path === at || path.startsWith(`${at}.`) || path.startsWith(`${at}[`);

function conflictsOf(
  live: ReadonlyMap<string, Leaf>,
  wanted: ReadonlyMap<string, Leaf>,
  owners: ReadonlyMap<string, readonly string[]>,
): FieldConflict[] {
  return [...wanted].flatMap(([path, { value, schema, steps }]) => {
    const [managers, theirs] = [owners.get(path), live.get(path)];
    if (!managers || !theirs || sameKnownValue(schema, theirs.value, value)) return [];
    return [{ path, steps, managers, theirs: theirs.value, ours: value }];
  });
}

interface Dropped {
  readonly dropped: readonly string[];
  readonly wanted: ReadonlyMap<string, Leaf>;
  /** What others own. */
  readonly owned: readonly string[];
}

function withoutDropped(schema: TSchema, document: unknown, { dropped, wanted, owned }: Dropped): OwnedDocument {
  const [gone, theirs] = [new Set(dropped), new Set(owned)];
  const left = withoutLeaves(schema, document, {
    goes: (path) => gone.has(path) && !theirs.has(path),
    keeps: (item) => owned.some((path) => path.startsWith(item)),
    isWanted: (path) => wanted.has(path) || theirs.has(path),
  }) as Partial<OwnedDocument>;
  return { metadata: left.metadata ?? {}, spec: left.spec ?? {} };
}

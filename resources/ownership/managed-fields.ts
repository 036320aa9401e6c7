import { type Static, Type } from "typebox";
import { compileSchema } from "../compile-schema.ts";

/**
 * Who set which fields. `fields` are leaf paths of the object (see leavesOf), without values, in order. One entry per
 * manager and operation: what `apply` set goes away when a later apply leaves it out; what other commands set (`Update`)
 * stays until somebody sets it to something else. Kubernetes' managedFields, with readable paths.
 */
const ManagedFieldsEntry = Type.Object({
  manager: Type.String({ minLength: 1, maxLength: 128 }),
  operation: Type.Union([Type.Literal("Apply"), Type.Literal("Update")]),
  time: Type.String(),
  fields: Type.Array(Type.String()),
});
export type ManagedFieldsEntry = Readonly<Static<typeof ManagedFieldsEntry>>;
export type ManagedFields = readonly ManagedFieldsEntry[];

const Entries = Type.Array(ManagedFieldsEntry);

/** Ownership is advice: a record of it that cannot be read is none, and never makes its object unreadable. */
export function readManagedFields(value: unknown): ManagedFields {
  return value !== undefined && compileSchema(Entries)(value) ? (value as ManagedFields) : [];
}

/** Which managers but this one own a leaf. */
export function otherOwners(entries: ManagedFields, manager: string): ReadonlyMap<string, readonly string[]> {
  const owners = new Map<string, string[]>();
  for (const entry of entries) {
    if (entry.manager === manager) continue;
    for (const path of entry.fields) owners.set(path, [...(owners.get(path) ?? []), entry.manager]);
  }
  return owners;
}

export interface Claim {
  readonly manager: string;
  readonly operation: ManagedFieldsEntry["operation"];
  readonly fields: readonly string[];
  readonly now: string;
}

/** With the claim in place of what the same manager and operation had; its time moves only when its fields do. */
export function withClaim(entries: ManagedFields, { manager, operation, fields, now }: Claim): ManagedFields {
  const isSame = (entry: ManagedFieldsEntry) => entry.manager === manager && entry.operation === operation;
  const before = entries.find(isSame);
  const sorted = [...new Set(fields)].sort();
  const isUnchanged = before !== undefined && before.fields.join("\n") === sorted.join("\n");
  const claim: ManagedFieldsEntry = { manager, operation, time: isUnchanged ? before.time : now, fields: sorted };
  const others = entries.filter((entry) => !isSame(entry));
  return sorted.length === 0 ? others : inOrder([...others, claim]);
}

/** Without these leaves for the entries that `of` picks; who owns nothing any more is left out. */
export function withoutFields(
  entries: ManagedFields,
  paths: ReadonlySet<string>,
  of: (entry: ManagedFieldsEntry) => boolean = () => true,
): ManagedFields {
  return entries
    .map((entry) => (of(entry) ? { ...entry, fields: entry.fields.filter((path) => !paths.has(path)) } : entry))
    .filter(({ fields }) => fields.length > 0);
}

/** The order says nothing, so it is always the same. */
const inOrder = (entries: ManagedFields): ManagedFields =>
  [...entries].sort((a, b) => (`${a.manager}\n${a.operation}` < `${b.manager}\n${b.operation}` ? -1 : 1));

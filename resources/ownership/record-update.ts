import type { KindInfo } from "../kinds.ts";
import type { StoredObject } from "../meta.ts";
import { sameValue } from "../same-value.ts";
import { leavesOf } from "./leaves.ts";
import { readManagedFields, withClaim, withoutFields } from "./managed-fields.ts";
import { ownedPart, ownedSchema } from "./owned-document.ts";
import { withManagedFields } from "./with-managed-fields.ts";

/**
 * The object after a command changed some of it by hand: what changed belongs to that manager alone, what went away to
 * nobody. Pure. `now`: see timestamp().
 */
export function recordUpdate(
  kind: KindInfo,
  { before, after }: { readonly before: StoredObject; readonly after: StoredObject },
  { manager, now }: { readonly manager: string; readonly now: string },
): StoredObject {
  const schema = ownedSchema(kind);
  const [old, wanted] = [leavesOf(schema, ownedPart(before)), leavesOf(schema, ownedPart(after))];
  const changed = [...wanted].filter(([path, leaf]) => !sameValue(leaf.schema, old.get(path)?.value, leaf.value));
  const gone = [...old.keys()].filter((path) => !wanted.has(path));
  const paths = changed.map(([path]) => path);
  const entries = readManagedFields(before.metadata.managedFields);
  const own = entries.find((entry) => entry.manager === manager && entry.operation === "Update")?.fields ?? [];
  const left = withoutFields(entries, new Set([...paths, ...gone]));
  const kept = own.filter((path) => wanted.has(path));
  return withManagedFields(after, withClaim(left, { manager, operation: "Update", fields: [...kept, ...paths], now }));
}

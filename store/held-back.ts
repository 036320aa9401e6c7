import { decodeStatusRecord } from "../resources/decode-object.ts";
import { changedFields, type FieldChange } from "../resources/field-effects.ts";
import { objectTail, statusKey } from "../resources/keys.ts";
import type { KindInfo } from "../resources/kinds.ts";
import type { StoredObject } from "../resources/meta.ts";
import type { Problem } from "../resources/problem.ts";
import { parseQuantity } from "../resources/quantity.ts";
import type { Binding } from "../resources/status-record.ts";
import type { CallOptions, Compare, Store } from "./store.ts";

/** Whether a change may be written, and what must still hold when it is. */
export type HeldBack = { readonly problem: Problem } | { readonly compares: readonly Compare[] };

/**
 * Refuses what a bound instance cannot take: fields that decide where it runs, and a smaller disk. The status key is
 * read only if the change holds such a field; it is compared, so a binding made meanwhile is noticed.
 */
export async function heldBack(
  store: Store,
  { kind, old, wanted }: { readonly kind: KindInfo; readonly old: StoredObject; readonly wanted: StoredObject },
  options: CallOptions = {},
): Promise<HeldBack> {
  const risky = changedFields(kind, old.spec, wanted.spec).filter(
    (change) => change.effect === "bound" || shrinks(change),
  );
  const [first] = risky;
  if (kind.kind !== "Instance" || !first) return { compares: [] };
  const key = statusKey(objectTail(kind, old.metadata.namespace, old.metadata.name));
  const entry = await store.get(key, options);
  const decoded = entry && decodeStatusRecord(kind)(key, entry.value);
  const binding = decoded?.ok ? decoded.value.binding : undefined;
  if (binding) return { problem: problemOf(first, binding) };
  return { compares: [entry ? { key, modRevision: entry.modRevision } : { key, absent: true }] };
}

const bytes = (value: unknown): number => parseQuantity(value as string | number) ?? 0;
const shrinks = ({ path, old, new: now }: FieldChange): boolean =>
  path === "spec.resources.disk" && bytes(now) < bytes(old);

function problemOf({ steps, old, new: now, effect }: FieldChange, { hypervisor }: Binding): Problem {
  if (effect === "bound")
    return { path: steps, message: `cannot change any more: the instance is bound to hypervisor ${hypervisor}` };
  return { path: steps, message: `cannot shrink (from ${old} to ${now}): the disk exists on hypervisor ${hypervisor}` };
}

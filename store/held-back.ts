import { canonicalJson } from "../resources/canonical-json.ts";
import { decodeStatusRecord } from "../resources/decode-object.ts";
import { changedFields, type FieldChange } from "../resources/field-effects.ts";
import { InstanceSet, type InstanceSetSpec } from "../resources/instance-set.ts";
import { objectTail, statusKey } from "../resources/keys.ts";
import type { KindInfo } from "../resources/kinds.ts";
import type { StoredObject } from "../resources/meta.ts";
import type { Problem } from "../resources/problem.ts";
import { shrinksDisk } from "../resources/shrinks-disk.ts";
import type { Binding } from "../resources/status-record.ts";
import { ownerProblem } from "./owner-problem.ts";
import type { CallOptions, Compare, Store } from "./store.ts";

/** Whether a change may be written, and what must still hold when it is. */
export type HeldBack = { readonly problem: Problem } | { readonly compares: readonly Compare[] };

export interface Change {
  readonly kind: KindInfo;
  readonly old: StoredObject;
  readonly wanted: StoredObject;
}

/** Refuses what an object cannot take: owners that are not there, a new selector, late finalizers; see heldByBinding. */
export async function heldBack(store: Store, change: Change, options: CallOptions = {}): Promise<HeldBack> {
  const before = change.old.metadata.ownerReferences;
  const problem =
    selectorProblem(change) ?? finalizerProblem(change) ?? (await ownerProblem(store, { ...change, before }, options));
  return problem ? { problem } : heldByBinding(store, change, options);
}

/** A set that selected otherwise would let go of every instance it has. */
function selectorProblem({ kind, old, wanted }: Change): Problem | undefined {
  if (kind !== InstanceSet) return undefined;
  const selectorOf = ({ spec }: StoredObject) => canonicalJson((spec as InstanceSetSpec).selector);
  if (selectorOf(old) === selectorOf(wanted)) return undefined;
  return { path: ["spec", "selector"], message: "cannot change: make another instanceset, and delete this one" };
}

/** What is on its way out waits for those who said so before. */
function finalizerProblem({ old, wanted }: Change): Problem | undefined {
  const before = old.metadata.finalizers ?? [];
  const added = (wanted.metadata.finalizers ?? []).filter((finalizer) => !before.includes(finalizer));
  if (old.metadata.deletionTimestamp === undefined || added.length === 0) return undefined;
  return { path: ["metadata", "finalizers"], message: `cannot be added during a deletion: ${added.join(", ")}` };
}

/**
 * Refuses what a bound instance cannot take: fields that decide where it runs, and a smaller disk. The status key is
 * read only if the change holds such a field; it is compared, so a binding made meanwhile is noticed.
 */
async function heldByBinding(store: Store, { kind, old, wanted }: Change, options: CallOptions): Promise<HeldBack> {
  const risky = changedFields(kind, old.spec, wanted.spec).filter(
    (change) => change.effect === "bound" || shrinksDisk(change),
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

function problemOf({ steps, old, new: now, effect }: FieldChange, { hypervisor }: Binding): Problem {
  if (effect === "bound")
    return { path: steps, message: `cannot change any more: the instance is bound to hypervisor ${hypervisor}` };
  return { path: steps, message: `cannot shrink (from ${old} to ${now}): the disk exists on hypervisor ${hypervisor}` };
}

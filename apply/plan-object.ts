import { decodeStoredObject } from "../resources/decode-object.ts";
import type { StoredObject } from "../resources/meta.ts";
import { heldBack } from "../store/held-back.ts";
import type { CallOptions, Compare, Entry, Store } from "../store/store.ts";
import type { Manifest } from "./manifest.ts";
import { type ApplyContext, type ApplyPlan, planApply } from "./plan-apply.ts";

type Update = Extract<ApplyPlan, { kind: "update" }>;

/** What applying one manifest comes to in this cluster. */
export type ObjectPlan =
  | Exclude<ApplyPlan, { kind: "update" }>
  | (Update & { readonly old: StoredObject; readonly compares: readonly Compare[] });

/**
 * Looks at what stands in the store (`entry`, absent: nothing) and at whatever else decides whether the change may be
 * written, and writes nothing. `compares` must still hold when it is.
 */
export async function planObject(
  store: Store,
  { manifest, entry }: { readonly manifest: Manifest; readonly entry: Entry | undefined },
  context: ApplyContext,
  options: CallOptions = {},
): Promise<ObjectPlan> {
  if (!entry) return withoutUpdate(planApply(manifest, undefined, context));
  const decoded = decodeStoredObject(manifest.kind)(entry.key, entry.value);
  if (!decoded.ok) {
    const message = `stands in the store in a form that cannot be read (${decoded.problem}): delete it first`;
    return { kind: "refused", problem: { path: [], message } };
  }
  const old = decoded.value;
  const plan = planApply(manifest, { object: old, modRevision: entry.modRevision }, context);
  if (plan.kind !== "update") return plan;
  const verdict = await heldBack(store, { kind: manifest.kind, old, wanted: plan.object }, options);
  if ("problem" in verdict) return { kind: "refused", problem: verdict.problem };
  return { ...plan, old, compares: verdict.compares };
}

function withoutUpdate(plan: ApplyPlan): Exclude<ApplyPlan, { kind: "update" }> {
  if (plan.kind === "update") throw new TypeError("nothing stands there that could be updated");
  return plan;
}

import { decodeStoredHead, decodeStoredObject } from "../resources/decode-object.ts";
import type { StoredObject } from "../resources/meta.ts";
import type { Problem } from "../resources/problem.ts";
import { heldBack } from "../store/held-back.ts";
import { newObject } from "../store/new-object.ts";
import { sealSecret } from "../store/seal-secret.ts";
import type { CallOptions, Compare, Entry, Store } from "../store/store.ts";
import type { Manifest } from "./manifest.ts";
import { type ApplyContext, type ApplyPlan, planApply } from "./plan-apply.ts";

type Create = Extract<ApplyPlan, { kind: "create" }>;
type Update = Extract<ApplyPlan, { kind: "update" }>;

/** What applying one manifest comes to in this cluster. */
export type ObjectPlan =
  | Exclude<ApplyPlan, { kind: "update" | "create" }>
  | (Create & { readonly compares: readonly Compare[] })
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
  if (!entry) return planNew(store, { manifest, context }, options);
  const decoded = decodeStoredObject(manifest.kind)(entry.key, entry.value);
  if (!decoded.ok) {
    const isDeletable = decodeStoredHead(manifest.kind)(entry.key, entry.value).ok;
    const remedy = isDeletable ? "delete it first" : `put the key ${entry.key} right`;
    const message = `stands in the store in a form that cannot be read (${decoded.problem}): ${remedy}`;
    return { kind: "refused", problem: { path: [], message } };
  }
  const old = decoded.value;
  const sealed = await sealedManifest(store, manifest, { old: old.spec, options });
  if ("problem" in sealed) return { kind: "refused", problem: sealed.problem };
  const plan = planApply(sealed.manifest, { object: old, modRevision: entry.modRevision }, context);
  if (plan.kind === "create") throw new TypeError("something stands there already");
  if (plan.kind !== "update") return plan;
  const verdict = await heldBack(store, { kind: manifest.kind, old, wanted: plan.object }, options);
  if ("problem" in verdict) return { kind: "refused", problem: verdict.problem };
  return { ...plan, old, compares: verdict.compares };
}

async function planNew(
  store: Store,
  { manifest, context }: { readonly manifest: Manifest; readonly context: ApplyContext },
  options: CallOptions,
): Promise<ObjectPlan> {
  const sealed = await sealedManifest(store, manifest, { options });
  if ("problem" in sealed) return { kind: "refused", problem: sealed.problem };
  const plan = planApply(sealed.manifest, undefined, context);
  if (plan.kind === "update") throw new TypeError("nothing stands there that could be updated");
  if (plan.kind !== "create") return plan;
  const verdict = await newObject(store, { kind: manifest.kind, object: plan.object }, options);
  if ("problem" in verdict) return { kind: "refused", problem: verdict.problem };
  return { ...plan, compares: verdict.compares };
}

/** From here on no clear text of a Secret is in hand: what is compared, stored and shown is sealed. */
async function sealedManifest(
  store: Store,
  manifest: Manifest,
  { old, options }: { readonly old?: unknown; readonly options: CallOptions },
): Promise<{ readonly manifest: Manifest } | { readonly problem: Problem }> {
  const sealed = await sealSecret(store, { kind: manifest.kind, object: manifest.object, old }, options);
  return "problem" in sealed ? sealed : { manifest: { ...manifest, object: sealed.object } };
}

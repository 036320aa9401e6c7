import { randomUUID } from "node:crypto";
import { decodeStoredObject } from "../resources/decode-object.ts";
import { objectTail, specKey } from "../resources/keys.ts";
import type { StoredObject } from "../resources/meta.ts";
import type { Problem } from "../resources/problem.ts";
import { type Clock, timestamp } from "../runtime/clock.ts";
import { rewriteKey } from "../store/rewrite-key.ts";
import type { CallOptions, Entry, Store } from "../store/store.ts";
import { heldBack } from "./held-back.ts";
import type { Manifest } from "./manifest.ts";
import { type ApplyPlan, type LiveObject, planApply } from "./plan-apply.ts";

export type ApplyOutcome =
  | { readonly result: "created" | "configured" | "unchanged"; readonly resourceVersion: number }
  /** Nothing was written for this object. */
  | { readonly result: "refused"; readonly problem: Problem };

export interface ApplyDeps {
  readonly store: Store;
  readonly clock: Clock;
}

/** Leaves rewriteKey's loop with a refusal. */
class Refusal extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/**
 * Makes the stored object what the manifest says, by one compared write, again when somebody else was faster; writes
 * nothing when nothing would change. The manifest is valid and has its namespace. Fails as the store does.
 */
export async function applyObject(
  { store, clock }: ApplyDeps,
  manifest: Manifest,
  options: CallOptions = {},
): Promise<ApplyOutcome> {
  const { namespace, name } = manifest.object.metadata;
  const key = specKey(objectTail(manifest.kind, namespace, name));
  const birth = { uid: randomUUID(), now: timestamp(clock) };
  let result: "created" | "configured" | "unchanged" = "unchanged";
  const next = async (entry: Entry | undefined) => {
    const live = entry && readLive(manifest, entry);
    const plan = planApply(manifest, live, birth);
    if (plan.kind === "refused") throw new Refusal(plan.problem);
    result = resultOf(plan);
    if (plan.kind === "unchanged") return undefined;
    const compares = live ? await allowed(store, { manifest, old: live.object, wanted: plan.object }, options) : [];
    return { value: JSON.stringify(plan.object), compares };
  };
  try {
    const { modRevision } = await rewriteKey(store, key, next, options);
    return { result, resourceVersion: modRevision };
  } catch (error) {
    if (error instanceof Refusal) return { result: "refused", problem: error.problem };
    throw error;
  }
}

function resultOf(plan: Exclude<ApplyPlan, { kind: "refused" }>): "created" | "configured" | "unchanged" {
  if (plan.kind === "create") return "created";
  return plan.kind === "update" && plan.isVisible ? "configured" : "unchanged";
}

function readLive({ kind }: Manifest, entry: Entry): LiveObject {
  const decoded = decodeStoredObject(kind)(entry.key, entry.value);
  if (decoded.ok) return { object: decoded.value, modRevision: entry.modRevision };
  const message = `stands in the store in a form that cannot be read (${decoded.problem}): delete it first`;
  throw new Refusal({ path: [], message });
}

interface Step {
  readonly manifest: Manifest;
  readonly old: StoredObject;
  readonly wanted: StoredObject;
}

async function allowed(store: Store, { manifest: { kind }, old, wanted }: Step, options: CallOptions) {
  const verdict = await heldBack(store, { kind, old, wanted }, options);
  if ("problem" in verdict) throw new Refusal(verdict.problem);
  return verdict.compares;
}

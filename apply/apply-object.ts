import { randomUUID } from "node:crypto";
import { objectTail, specKey } from "../resources/keys.ts";
import type { FieldConflict } from "../resources/ownership/merge-owned.ts";
import type { Problem } from "../resources/problem.ts";
import { type Clock, timestamp } from "../runtime/clock.ts";
import { rewriteKey } from "../store/rewrite-key.ts";
import type { CallOptions, Entry, Store } from "../store/store.ts";
import type { Manifest } from "./manifest.ts";
import { type ObjectPlan, planObject } from "./plan-object.ts";

export type ApplyOutcome =
  | { readonly result: "created" | "configured" | "unchanged"; readonly resourceVersion: number; readonly uid: string }
  /** Nothing was written for this object. */
  | { readonly result: "refused"; readonly problem: Problem }
  /** Nothing was written: others have set these fields to something else. */
  | { readonly result: "conflict"; readonly conflicts: readonly FieldConflict[] };

export interface ApplyDeps {
  readonly store: Store;
  readonly clock: Clock;
  /** Whose fields they are from then on. */
  readonly manager: string;
  /** Take over fields that others have set to something else (default: a conflict). */
  readonly force?: boolean;
  /** For an object that is created; default random. */
  readonly newUid?: (manifest: Manifest) => string;
}

/** Leaves rewriteKey's loop without a write. */
class NotApplied extends Error {
  readonly outcome: ApplyOutcome;
  constructor(outcome: ApplyOutcome) {
    super(outcome.result);
    this.outcome = outcome;
  }
}

/**
 * Makes the stored object what the manifest says, by one compared write, again when somebody else was faster; writes
 * nothing when nothing would change. The manifest is valid and has its namespace. Fails as the store does.
 */
export async function applyObject(
  { store, clock, manager, force = false, newUid = () => randomUUID() }: ApplyDeps,
  manifest: Manifest,
  options: CallOptions = {},
): Promise<ApplyOutcome> {
  const { namespace, name } = manifest.object.metadata;
  const key = specKey(objectTail(manifest.kind, namespace, name));
  const context = { uid: newUid(manifest), now: timestamp(clock), manager, force };
  let done: { result: "created" | "configured" | "unchanged"; uid: string } = { result: "unchanged", uid: "" };
  const next = async (entry: Entry | undefined) => {
    const plan = await planObject(store, { manifest, entry }, context, options);
    if (plan.kind === "refused") throw new NotApplied({ result: "refused", problem: plan.problem });
    if (plan.kind === "conflict") throw new NotApplied({ result: "conflict", conflicts: plan.conflicts });
    done = { result: resultOf(plan), uid: plan.object.metadata.uid };
    if (plan.kind === "unchanged") return undefined;
    return { value: JSON.stringify(plan.object), compares: plan.compares };
  };
  try {
    const { modRevision } = await rewriteKey(store, key, next, options);
    return { ...done, resourceVersion: modRevision };
  } catch (error) {
    if (error instanceof NotApplied) return error.outcome;
    throw error;
  }
}

function resultOf(plan: Exclude<ObjectPlan, { kind: "refused" | "conflict" }>): "created" | "configured" | "unchanged" {
  if (plan.kind === "create") return "created";
  return plan.kind === "update" && plan.isVisible ? "configured" : "unchanged";
}

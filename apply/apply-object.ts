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
import type { FieldConflict } from "./merge-owned.ts";
import { type ApplyPlan, type LiveObject, planApply } from "./plan-apply.ts";

export type ApplyOutcome =
  | { readonly result: "created" | "configured" | "unchanged"; readonly resourceVersion: number }
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
}

type NotApplied = Extract<ApplyOutcome, { result: "refused" | "conflict" }>;

/** Leaves rewriteKey's loop without a write. */
class Refusal extends Error {
  readonly outcome: NotApplied;
  constructor(outcome: NotApplied) {
    super(outcome.result);
    this.outcome = outcome;
  }
}

const refused = (problem: Problem): Refusal => new Refusal({ result: "refused", problem });

/**
 * Makes the stored object what the manifest says, by one compared write, again when somebody else was faster; writes
 * nothing when nothing would change. The manifest is valid and has its namespace. Fails as the store does.
 */
export async function applyObject(
  { store, clock, manager, force = false }: ApplyDeps,
  manifest: Manifest,
  options: CallOptions = {},
): Promise<ApplyOutcome> {
  const { namespace, name } = manifest.object.metadata;
  const key = specKey(objectTail(manifest.kind, namespace, name));
  const context = { uid: randomUUID(), now: timestamp(clock), manager, force };
  let result: "created" | "configured" | "unchanged" = "unchanged";
  const next = async (entry: Entry | undefined) => {
    const live = entry && readLive(manifest, entry);
    const plan = planApply(manifest, live, context);
    if (plan.kind === "refused") throw refused(plan.problem);
    if (plan.kind === "conflict") throw new Refusal({ result: "conflict", conflicts: plan.conflicts });
    result = resultOf(plan);
    if (plan.kind === "unchanged") return undefined;
    const compares = live ? await allowed(store, { manifest, old: live.object, wanted: plan.object }, options) : [];
    return { value: JSON.stringify(plan.object), compares };
  };
  try {
    const { modRevision } = await rewriteKey(store, key, next, options);
    return { result, resourceVersion: modRevision };
  } catch (error) {
    if (error instanceof Refusal) return error.outcome;
    throw error;
  }
}

function resultOf(plan: Exclude<ApplyPlan, { kind: "refused" | "conflict" }>): "created" | "configured" | "unchanged" {
  if (plan.kind === "create") return "created";
  return plan.kind === "update" && plan.isVisible ? "configured" : "unchanged";
}

function readLive({ kind }: Manifest, entry: Entry): LiveObject {
  const decoded = decodeStoredObject(kind)(entry.key, entry.value);
  if (decoded.ok) return { object: decoded.value, modRevision: entry.modRevision };
  const message = `stands in the store in a form that cannot be read (${decoded.problem}): delete it first`;
  throw refused({ path: [], message });
}

interface Step {
  readonly manifest: Manifest;
  readonly old: StoredObject;
  readonly wanted: StoredObject;
}

async function allowed(store: Store, { manifest: { kind }, old, wanted }: Step, options: CallOptions) {
  const verdict = await heldBack(store, { kind, old, wanted }, options);
  if ("problem" in verdict) throw refused(verdict.problem);
  return verdict.compares;
}

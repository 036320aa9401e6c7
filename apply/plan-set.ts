import { randomUUID } from "node:crypto";
import { decodeStatusRecord } from "../resources/decode-object.ts";
import { type EffectWords, effectWords, templateEffectWords } from "../resources/effect-words.ts";
import type { FieldEffect } from "../resources/field-effect.ts";
import { changedFields } from "../resources/field-effects.ts";
import { Flavor } from "../resources/flavor.ts";
import type { InstanceSpec } from "../resources/instance.ts";
import { InstanceSet, type InstanceSetSpec } from "../resources/instance-set.ts";
import { objectTail, specKey, statusKey } from "../resources/keys.ts";
import type { KindInfo } from "../resources/kinds.ts";
import type { StoredObject } from "../resources/meta.ts";
import { leavesOf } from "../resources/ownership/leaves.ts";
import { ownedPart, ownedSchema } from "../resources/ownership/owned-document.ts";
import { Secret } from "../resources/secret.ts";
import { unknownFields } from "../resources/unknown-fields.ts";
import { timestamp } from "../runtime/clock.ts";
import type { CallOptions, Store } from "../store/store.ts";
import type { ApplyDeps } from "./apply-object.ts";
import { conflictProblem } from "./conflict-problem.ts";
import type { Manifest } from "./manifest.ts";
import type { ManifestProblem } from "./manifest-problem.ts";
import { namespaceProblems } from "./namespace-problems.ts";
import { type ObjectPlan, planObject } from "./plan-object.ts";

/** One field that would change; absent values are `undefined`. */
export interface PlannedChange {
  readonly path: string;
  readonly old: unknown;
  readonly new: unknown;
  readonly effect: EffectWords;
}

/** What would become of one manifest. */
export type PlannedObject = { readonly manifest: Manifest } & (
  | { readonly result: "created"; readonly object: StoredObject }
  | {
      readonly result: "configured";
      readonly object: StoredObject;
      readonly old: StoredObject;
      readonly changes: readonly PlannedChange[];
      /** See unknownFields: they stay as they are. */
      readonly unknown: readonly string[];
    }
  | { readonly result: "unchanged"; readonly object: StoredObject; readonly unknown: readonly string[] }
  | { readonly result: "refused" | "conflict"; readonly problems: readonly ManifestProblem[] }
);

export type SetPlan =
  | { readonly kind: "invalid"; readonly problems: readonly ManifestProblem[] }
  | { readonly kind: "planned"; readonly objects: readonly PlannedObject[] };

const AT_ONCE = 8;

/** What applySet would do with these manifests now, in their order. Reads, and writes nothing. */
export async function planSet(
  deps: ApplyDeps,
  manifests: readonly Manifest[],
  options: CallOptions = {},
): Promise<SetPlan> {
  const problems = await namespaceProblems(deps.store, manifests, options);
  if (problems.length > 0) return { kind: "invalid", problems };
  const objects: PlannedObject[] = [];
  for (let start = 0; start < manifests.length; start += AT_ONCE) {
    const group = manifests.slice(start, start + AT_ONCE);
    objects.push(...(await Promise.all(group.map((manifest) => planOne(deps, manifest, options)))));
  }
  return { kind: "planned", objects };
}

async function planOne(
  { store, clock, manager, force = false }: ApplyDeps,
  manifest: Manifest,
  options: CallOptions,
): Promise<PlannedObject> {
  const { namespace, name } = manifest.object.metadata;
  const tail = objectTail(manifest.kind, namespace, name);
  const entry = await store.get(specKey(tail), options);
  const context = { uid: randomUUID(), now: timestamp(clock), manager, force };
  const plan = await planObject(store, { manifest, entry }, context, options);
  if (plan.kind === "create") return { manifest, result: "created", object: plan.object };
  if (plan.kind !== "update") return asPlanned(manifest, plan);
  const { object, old } = plan;
  const unknown = unknownFields(old);
  if (!plan.isVisible) return { manifest, result: "unchanged", object, unknown };
  const isBound = await isBoundInstance(store, { kind: manifest.kind, tail }, options);
  return {
    manifest,
    result: "configured",
    object,
    old,
    unknown,
    changes: plannedChanges(manifest.kind, { old, object, isBound }),
  };
}

function asPlanned(manifest: Manifest, plan: Exclude<ObjectPlan, { kind: "create" | "update" }>): PlannedObject {
  if (plan.kind === "unchanged")
    return { manifest, result: "unchanged", object: plan.object, unknown: unknownFields(plan.object) };
  const found = plan.kind === "conflict" ? plan.conflicts.map(conflictProblem) : [plan.problem];
  const problems = found.map((problem) => ({ ...problem, place: manifest.placeOf(problem.path) }));
  return { manifest, result: plan.kind, problems };
}

async function isBoundInstance(
  store: Store,
  { kind, tail }: { readonly kind: KindInfo; readonly tail: string },
  options: CallOptions,
): Promise<boolean> {
  if (kind.kind !== "Instance") return false;
  const key = statusKey(tail);
  const entry = await store.get(key, options);
  const decoded = entry && decodeStatusRecord(kind)(key, entry.value);
  return decoded?.ok === true && decoded.value.binding !== undefined;
}

interface Sides {
  readonly old: StoredObject;
  readonly object: StoredObject;
  readonly isBound: boolean;
}

/** Of the spec by meaning, of the metadata by value. */
function plannedChanges(kind: KindInfo, { old, object, isBound }: Sides): PlannedChange[] {
  const wordsOf = WORDS.get(kind)?.(object) ?? objectWords(object, isBound);
  const inSpec = changedFields(kind, old.spec, object.spec).map(({ path, old: before, new: after, effect }) => ({
    path,
    old: before,
    new: after,
    effect: wordsOf(effect, path),
  }));
  return [...metadataChanges(kind, old, object), ...inSpec];
}

type WordsOf = (effect: FieldEffect, path: string) => EffectWords;

const always =
  (text: string): (() => WordsOf) =>
  () =>
  () => ({ text, isHeld: false });

/** Kinds whose changes come to instances by a way of their own. */
const WORDS = new Map<KindInfo, (object: StoredObject) => WordsOf>([
  [InstanceSet, ({ spec }) => setWords(spec as InstanceSetSpec)],
  [Flavor, always("for new instances, and those that follow it")],
  [Secret, always("for what reads it from now on")],
]);

const recreatesOnChange = (spec: unknown): boolean =>
  (spec as InstanceSpec | undefined)?.updatePolicy?.recreate === "OnChange";

const objectWords = ({ spec }: StoredObject, isBound: boolean): WordsOf => {
  const context = { isBound, recreatesOnChange: recreatesOnChange(spec) };
  return (effect) => effectWords(effect, context);
};

function setWords({ updateStrategy, template }: InstanceSetSpec): WordsOf {
  const context = {
    onDelete: updateStrategy?.type === "OnDelete",
    recreatesOnChange: recreatesOnChange(template.spec),
  };
  return (effect, path) =>
    path.startsWith("spec.template") ? templateEffectWords(effect, context) : { text: "live", isHeld: false };
}

function metadataChanges(kind: KindInfo, old: StoredObject, object: StoredObject): PlannedChange[] {
  const leaves = (it: StoredObject) => leavesOf(ownedSchema(kind), { metadata: ownedPart(it).metadata, spec: {} });
  const [before, after] = [leaves(old), leaves(object)];
  const paths = [...new Set([...before.keys(), ...after.keys()])];
  const effect = { text: "live", isHeld: false };
  return paths
    .map((path) => ({ path, old: before.get(path)?.value, new: after.get(path)?.value, effect }))
    .filter((change) => change.old !== change.new);
}

import { canonicalJson } from "../resources/canonical-json.ts";
import { Annotations, Labels, type LastApplied, type StoredObject } from "../resources/meta.ts";
import type { Problem } from "../resources/problem.ts";
import { OBJECT_LIMIT } from "../resources/validate.ts";
import type { Manifest } from "./manifest.ts";
import { outline } from "./outline.ts";
import { threeWay } from "./three-way.ts";

/** What applying a manifest comes to, given what stands there. Data: apply-object carries it out. */
export type ApplyPlan =
  | { readonly kind: "create"; readonly object: StoredObject }
  /** `isVisible` false: nothing people see changes, only what the manifest is known to have set. */
  | { readonly kind: "update"; readonly object: StoredObject; readonly isVisible: boolean }
  | { readonly kind: "unchanged" }
  | { readonly kind: "refused"; readonly problem: Problem };

export interface LiveObject {
  readonly object: StoredObject;
  readonly modRevision: number;
}
/** For an object that is created now. */
export interface Birth {
  readonly uid: string;
  readonly now: string;
}

/** Pure. */
export function planApply(manifest: Manifest, live: LiveObject | undefined, birth: Birth): ApplyPlan {
  const problem = live ? liveProblem(manifest, live) : absentProblem(manifest);
  if (problem) return { kind: "refused", problem };
  const plan = live
    ? planUpdate(manifest, live.object)
    : { kind: "create" as const, object: newObject(manifest, birth) };
  return "object" in plan ? (sizeRefusal(plan.object) ?? plan) : plan;
}

/** A manifest that carries identity speaks of an object that exists. */
function absentProblem({ kind, object: { metadata } }: Manifest): Problem | undefined {
  for (const field of ["uid", "resourceVersion"] as const) {
    if (metadata[field] === undefined) continue;
    const message = `names an object that is gone: without it, a new ${kind.singular} is created`;
    return { path: ["metadata", field], message };
  }
  return metadata.finalizers?.length
    ? { path: ["metadata", "finalizers"], message: "are set by controllers only" }
    : undefined;
}

function liveProblem(
  { kind, object: { metadata } }: Manifest,
  { object, modRevision }: LiveObject,
): Problem | undefined {
  const { uid, deletionTimestamp, finalizers = [] } = object.metadata;
  if (metadata.uid !== undefined && metadata.uid !== uid)
    return { path: ["metadata", "uid"], message: `is not this ${kind.singular}'s, which is ${uid}: leave it out` };
  if (deletionTimestamp !== undefined)
    return {
      path: [],
      message: `is being deleted since ${deletionTimestamp}: apply again when it is gone (vmctl describe says what it waits for)`,
    };
  if (metadata.resourceVersion !== undefined && metadata.resourceVersion !== String(modRevision)) {
    const message = `is ${metadata.resourceVersion}, but it was changed since and is ${modRevision} now: get it again, or leave resourceVersion out`;
    return { path: ["metadata", "resourceVersion"], message };
  }
  if (metadata.finalizers && canonicalJson([...metadata.finalizers].sort()) !== canonicalJson([...finalizers].sort()))
    return { path: ["metadata", "finalizers"], message: "are set by controllers only" };
  return undefined;
}

function newObject(manifest: Manifest, { uid, now }: Birth): StoredObject {
  const { object } = manifest;
  const { name, namespace, labels, annotations } = object.metadata;
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      uid,
      generation: 1,
      creationTimestamp: now,
    },
    spec: object.spec,
    lastApplied: lastAppliedOf(manifest),
  };
}

function planUpdate(manifest: Manifest, live: StoredObject): ApplyPlan {
  const { labels, annotations } = manifest.object.metadata;
  const { lastApplied: last = {}, metadata } = live;
  const merged = {
    labels: threeWay(Labels, { last: last.labels, wanted: labels ?? {}, live: metadata.labels }) as typeof labels,
    annotations: threeWay(Annotations, {
      last: last.annotations,
      wanted: annotations ?? {},
      live: metadata.annotations,
    }) as typeof annotations,
    spec: threeWay(manifest.kind.spec, { last: last.spec, wanted: manifest.object.spec, live: live.spec }),
  };
  const isSameSpec = isEqual(merged.spec, live.spec);
  const isSame =
    isSameSpec && isEqual(merged.labels, metadata.labels) && isEqual(merged.annotations, metadata.annotations);
  const lastApplied = lastAppliedOf(manifest);
  if (isSame && canonicalJson(lastApplied) === canonicalJson(last)) return { kind: "unchanged" };
  const generation = isSameSpec ? metadata.generation : metadata.generation + 1;
  const { labels: _old, annotations: _older, ...rest } = metadata;
  const object: StoredObject = {
    ...live,
    metadata: { ...rest, ...filled("labels", merged.labels), ...filled("annotations", merged.annotations), generation },
    spec: isSameSpec ? live.spec : merged.spec,
    lastApplied,
  };
  return { kind: "update", object, isVisible: !isSame };
}

/** No labels and empty labels are the same. */
const isEqual = (a: unknown, b: unknown): boolean => canonicalJson(a ?? {}) === canonicalJson(b ?? {});

const filled = <Field extends string>(field: Field, map: Readonly<Record<string, string>> | undefined) =>
  (map && Object.keys(map).length > 0 ? { [field]: map } : {}) as { [field in Field]?: Record<string, string> };

function lastAppliedOf({ kind, object }: Manifest): LastApplied {
  const names = (map: Readonly<Record<string, string>> | undefined) =>
    map && Object.fromEntries(Object.keys(map).map((key) => [key, ""]));
  return {
    ...filled("labels", names(object.metadata.labels)),
    ...filled("annotations", names(object.metadata.annotations)),
    spec: outline(kind.spec, object.spec),
  };
}

function sizeRefusal(object: StoredObject): ApplyPlan | undefined {
  const bytes = Buffer.byteLength(JSON.stringify(object));
  if (bytes <= OBJECT_LIMIT) return undefined;
  const message = `would have ${bytes} bytes with what others have set: at most ${OBJECT_LIMIT}`;
  return { kind: "refused", problem: { path: [], message } };
}

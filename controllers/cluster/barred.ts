import { COMMON_REASON } from "../../resources/common-conditions.ts";
import { objectTail, parseTail, statusKey } from "../../resources/keys.ts";
import { DEFAULT_NAMESPACE, Namespace, type NamespaceSpec } from "../../resources/namespace.ts";
import type { Compare } from "../../store/store.ts";
import type { ClusterView } from "./cluster-view.ts";
import { asSeen } from "./commit.ts";
import { specProblem } from "./spec-problem.ts";

/** Why an object that is in order may not be admitted now. */
export interface Barred {
  readonly reason: string;
  readonly message: string;
}

const namespaceTail = (name: string): string => objectTail(Namespace, undefined, name);

/**
 * What the namespace has to say about one object more: that it goes, or that its limit is reached. `beside`: how many
 * of its kind the same transaction admits already. A pass sees what the last one of its kind admitted, so counting is
 * enough; of instances, whoever admits one goes through the namespace's turnstile.
 */
export function barred(view: ClusterView, tail: string, beside = 0): Barred | undefined {
  const { namespace, plural = "" } = parseTail(tail) ?? {};
  if (namespace === undefined) return undefined;
  if (isNamespaceDeleted(view, namespace)) {
    const message = `namespace ${namespace} is being deleted: nothing new comes into it`;
    return { reason: COMMON_REASON.namespaceTerminating, message };
  }
  const unreadable = unreadableLimits(view, namespace);
  if (unreadable !== undefined) return { reason: COMMON_REASON.quotaExceeded, message: unreadable };
  const limit = limitsOf(view, namespace)[plural];
  if (limit === undefined) return undefined;
  const admitted = countAdmitted(view, namespace, plural) + beside;
  if (admitted < limit) return undefined;
  const message = `namespace ${namespace} has ${admitted} ${plural}, its limit is ${limit} (spec.limits.${plural}); tried again when there is room`;
  return { reason: COMMON_REASON.quotaExceeded, message };
}

/** How many objects of a kind a namespace still takes, not counting those that wait already; undefined: any number. */
export function roomFor(view: ClusterView, namespace: string, plural: string): number | undefined {
  if (unreadableLimits(view, namespace) !== undefined) return 0;
  const limit = limitsOf(view, namespace)[plural];
  if (limit === undefined) return undefined;
  const tails = new Set([
    ...[...view.all("spec", `spec/ns/${namespace}/${plural}/`)].map(({ key }) => key.slice("spec/".length)),
    ...[...view.all("status", `status/ns/${namespace}/${plural}/`)].map(({ key }) => key.slice("status/".length)),
  ]);
  return Math.max(0, limit - tails.size);
}

/** Whether its namespace takes only so many of its kind. */
export function isLimited(view: ClusterView, tail: string): boolean {
  const { namespace, plural = "" } = parseTail(tail) ?? {};
  return namespace !== undefined && limitsOf(view, namespace)[plural] !== undefined;
}

export function isNamespaceDeleted(view: ClusterView, name: string): boolean {
  if (name === DEFAULT_NAMESPACE) return false;
  const tail = namespaceTail(name);
  return (
    view.status(tail)?.value.deletion !== undefined || view.spec(tail)?.value.metadata.deletionTimestamp !== undefined
  );
}

/** That no deletion of the namespace is recorded meanwhile: of what is admitted into it. */
export function namespaceCompares(view: ClusterView, tail: string): Compare[] {
  const { namespace } = parseTail(tail) ?? {};
  if (namespace === undefined) return [];
  const key = statusKey(namespaceTail(namespace));
  return [asSeen(key, view.status(namespaceTail(namespace)))];
}

const limitsOf = (view: ClusterView, name: string): Readonly<Record<string, number>> =>
  namespaceSpec(view, name).limits ?? {};

/** What is in force and can be read; a namespace nobody made has no limits. */
export const namespaceSpec = (view: ClusterView, name: string): NamespaceSpec => {
  const spec = specOf(view, name);
  return spec === undefined || specProblem(Namespace, spec) !== undefined ? {} : (spec as NamespaceSpec);
};

/**
 * Why a namespace takes no more although no limit of it is reached: it may have one that nobody can read (S8), and more
 * than was allowed cannot be taken back.
 */
export function unreadableLimits(view: ClusterView, name: string): string | undefined {
  const spec = specOf(view, name);
  const problem = spec === undefined ? undefined : specProblem(Namespace, spec);
  return (
    problem && `the limits of namespace ${name} cannot be read: ${problem}; nothing more comes into it until they can`
  );
}

function specOf(view: ClusterView, name: string): unknown {
  const tail = namespaceTail(name);
  return view.status(tail)?.value.accepted?.spec ?? view.spec(tail)?.value.spec;
}

function countAdmitted(view: ClusterView, namespace: string, plural: string): number {
  let count = 0;
  for (const { value } of view.all("status", `status/ns/${namespace}/${plural}/`)) if (value.uid !== undefined) count++;
  return count;
}

import { COMMON_CONDITION } from "../resources/common-conditions.ts";
import { type Condition, findCondition } from "../resources/conditions.ts";
import { Flavor } from "../resources/flavor.ts";
import { Hypervisor } from "../resources/hypervisor.ts";
import { Image } from "../resources/image.ts";
import { Instance } from "../resources/instance.ts";
import { InstanceSet } from "../resources/instance-set.ts";
import { kindPrefix, objectTail, parseTail } from "../resources/keys.ts";
import type { KindInfo } from "../resources/kinds.ts";
import { Namespace } from "../resources/namespace.ts";
import { NAMED_BY } from "../resources/references.ts";
import { Secret } from "../resources/secret.ts";
import { isLimited } from "./cluster/barred.ts";
import type { ClusterView } from "./cluster/cluster-view.ts";
import { referrerTails } from "./cluster/referrers.ts";

/** One for each kind; keys are tails of what lives in a namespace, names of the rest. */
type ObjectQueue = "instance" | "instanceSet" | "hypervisor" | "image" | "flavor" | "secret" | "namespace";

/** Whom a changed key concerns. `waiting` means: whatever could not be placed is worth another try. */
export type Target =
  | { readonly to: ObjectQueue | "garbageCollector" | "review"; readonly key: string }
  | { readonly to: "waiting" };

/** Pure but for reading the picture; a key that concerns nobody gives nothing. */
export function route(view: ClusterView, key: string): readonly Target[] {
  const [prefix = "", host = "", section, uid] = key.split("/");
  if (prefix === "spec" || prefix === "status") return routeObject(view, prefix, key.slice(prefix.length + 1));
  if (prefix === "uids") return routeUid(view, host);
  if (prefix === "reviews") return [{ to: "review", key: host }];
  if (prefix !== "assigned" && prefix !== "observed") return [];
  if (section === "host") return [{ to: "hypervisor", key: host }, { to: "waiting" }];
  if (section !== "instances" || !uid) return [];
  return routeInstance(view, host, uid, prefix);
}

function routeObject(view: ClusterView, prefix: string, tail: string): readonly Target[] {
  const { plural, namespace } = parseTail(tail) ?? {};
  const news = NEWS[plural ?? ""]?.(view, tail, prefix) ?? [];
  const named = prefix === "spec" && NAMING.has(plural ?? "") ? leavingNamed(view, tail) : [];
  const room = namespace === undefined ? [] : namespaceOf(view, namespace);
  return [...routeOwn(tail), ...news, ...named, ...room, ...routeOwnership(view, tail)];
}

/**
 * Whom a key concerns when everything is looked at: of objects themselves alone, because whoever else would hear of one
 * is looked at too. Costs little for each key, where `route` may read all there is.
 */
export function routeAlone(view: ClusterView, key: string): readonly Target[] {
  const [prefix = ""] = key.split("/", 1);
  if (prefix !== "spec" && prefix !== "status") return route(view, key);
  const tail = key.slice(prefix.length + 1);
  return [...routeOwn(tail), ...routeOwnership(view, tail)];
}

/** The queue that works on the object itself. */
export function routeOwn(tail: string): readonly Target[] {
  const { plural = "", name = "" } = parseTail(tail) ?? {};
  const queue = QUEUES[plural];
  return queue ? [{ to: queue.to, key: queue.by === "tail" ? tail : name }] : [];
}

const QUEUES: Readonly<Record<string, { readonly to: ObjectQueue; readonly by: "tail" | "name" }>> = {
  [Instance.plural]: { to: "instance", by: "tail" },
  [InstanceSet.plural]: { to: "instanceSet", by: "tail" },
  [Hypervisor.plural]: { to: "hypervisor", by: "name" },
  [Image.plural]: { to: "image", by: "tail" },
  [Flavor.plural]: { to: "flavor", by: "tail" },
  [Secret.plural]: { to: "secret", by: "tail" },
  [Namespace.plural]: { to: "namespace", by: "name" },
};

export const isInstance = (tail: string): boolean => parseTail(tail)?.plural === Instance.plural;

/** Kinds whose specs name other objects. */
const NAMING: ReadonlySet<string> = new Set([...NAMED_BY.values()].flat().map(({ plural }) => plural));

/** Whom a changed object concerns beside itself. */
const NEWS: Readonly<Record<string, (view: ClusterView, tail: string, prefix: string) => readonly Target[]>> = {
  [Instance.plural]: setOf,
  // Its status also changes with each bind: only the spec is news for what waits.
  [Hypervisor.plural]: (_view, _tail, prefix) => (prefix === "spec" ? [{ to: "waiting" }] : []),
  [Image.plural]: (view, tail) => [
    { to: "waiting" },
    ...usersOf(view, parseTail(tail)?.name ?? ""),
    ...namersOf(view, tail),
  ],
  [Flavor.plural]: (view, tail) => [{ to: "waiting" }, ...namersOf(view, tail)],
  [Secret.plural]: (view, tail) => [{ to: "waiting" }, ...namersOf(view, tail)],
  // Its limits may have been raised.
  [Namespace.plural]: (_view, _tail, prefix) => (prefix === "status" ? [{ to: "waiting" }] : []),
};

/** Whom a changed Flavor or Secret concerns: instances that name it, and those made from an Image that does. */
function namersOf(view: ClusterView, tail: string): readonly Target[] {
  return referrerTails(view, tail).flatMap((own) => {
    const { plural, name = "" } = parseTail(own) ?? {};
    if (plural === Instance.plural) return [{ to: "instance", key: own } as const];
    return plural === Image.plural ? usersOf(view, name) : [];
  });
}

/** Flavors and Secrets in deletion wait for the last spec that names them; an Image may name a Secret anywhere. */
function leavingNamed(view: ClusterView, tail: string): readonly Target[] {
  const { namespace } = parseTail(tail) ?? {};
  return [...leaving(view, Flavor, "flavor"), ...leaving(view, Secret, "secret", namespace)];
}

/** The set that makes instances of this name, if there is one; also of a name it waits for. */
function setOf(view: ClusterView, tail: string): readonly Target[] {
  const { namespace, name = "" } = parseTail(tail) ?? {};
  const set = objectTail(InstanceSet, namespace, name.replace(/-[0-9]+$/, ""));
  return view.spec(set) || view.status(set) ? [{ to: "instanceSet", key: set }] : [];
}

/** An object that has owners, is one, or was told that one is missing. */
function routeOwnership(view: ClusterView, tail: string): readonly Target[] {
  const record = view.status(tail)?.value;
  const isOwner = record?.uid !== undefined && view.dependents.tailsOf(record.uid).length > 0;
  const isTold = record !== undefined && isConditionFalse(record.status, COMMON_CONDITION.ownersFound);
  return isOwner || isTold || hasOwners(view, tail) ? [{ to: "garbageCollector", key: tail }] : [];
}

function hasOwners(view: ClusterView, tail: string): boolean {
  const named = view.spec(tail)?.value.metadata ?? view.status(tail)?.value.accepted;
  return (named?.ownerReferences ?? []).length > 0;
}

const isConditionFalse = (status: unknown, type: string): boolean =>
  findCondition((status as { readonly conditions?: readonly Condition[] }).conditions, type)?.status === "False";

/**
 * For what names this uid as owner. A uid that is free again may be what a refused object waited for; one that was just
 * admitted may have filled its namespace, which who comes too late is to be told.
 */
function routeUid(view: ClusterView, uid: string): readonly Target[] {
  const tail = view.uid(uid)?.value.tail;
  const concernsMore = tail === undefined || isLimited(view, tail);
  return [
    ...view.dependents.tailsOf(uid).map((dependent) => ({ to: "garbageCollector", key: dependent }) as const),
    ...(concernsMore ? [{ to: "waiting" } as const] : []),
  ];
}

/** An owner in deletion, when something changed that names it or did so before. */
export function routeOwner(view: ClusterView, uid: string): readonly Target[] {
  const tail = view.uid(uid)?.value.tail;
  if (tail === undefined || !view.status(tail)?.value.deletion) return [];
  return [...routeOwn(tail), { to: "garbageCollector", key: tail }];
}

/** A namespace in deletion waits for the last object in it. */
function namespaceOf(view: ClusterView, name: string): readonly Target[] {
  return view.status(`cluster/namespaces/${name}`)?.value.deletion ? [{ to: "namespace", key: name }] : [];
}

const usersOf = (view: ClusterView, image: string): Target[] =>
  [...view.all("assignedInstance", "assigned/")]
    .filter((seen) => seen.value.machine.image.name === image)
    .flatMap((seen) => instanceOf(view, seen.value.uid));

/** Whom it concerns that a host appeared or fell silent; a heartbeat concerns nobody. */
export function routeHost(view: ClusterView, host: string): readonly Target[] {
  const instances = view.assignmentsOf(host).flatMap((seen) => instanceOf(view, seen.value.uid));
  return [{ to: "hypervisor", key: host }, { to: "waiting" }, ...instances];
}

function routeInstance(view: ClusterView, host: string, uid: string, prefix: string): readonly Target[] {
  const image = view.assigned(host, uid)?.value.machine.image;
  const undecided = prefix === "observed" && image?.digest === undefined ? image?.name : undefined;
  const news: readonly Target[] =
    undecided === undefined ? [] : [{ to: "image", key: objectTail(Image, undefined, undecided) }];
  const left: readonly Target[] = view.assigned(host, uid)
    ? []
    : [{ to: "hypervisor", key: host }, ...leaving(view, Image, "image")];
  return [...instanceOf(view, uid), ...news, ...left];
}

/** What is in deletion of a kind that others keep; Images wait for the last instance made from them. */
function leaving(view: ClusterView, kind: KindInfo, to: ObjectQueue, namespace?: string): Target[] {
  const prefix = kind.namespaced && namespace === undefined ? "ns/" : kindPrefix(kind, namespace ?? "");
  return [...view.all("status", `status/${prefix}`)]
    .filter((seen) => seen.value.deletion)
    .map((seen) => seen.key.slice("status/".length))
    .filter((tail) => parseTail(tail)?.plural === kind.plural)
    .map((key) => ({ to, key }));
}

const instanceOf = (view: ClusterView, uid: string): Target[] => {
  const tail = view.uid(uid)?.value.tail;
  return tail ? [{ to: "instance", key: tail }] : [];
};

import type { KindInfo } from "../resources/kinds.ts";
import { countObjects, goesAway, isFull, readRoom } from "../store/new-object.ts";
import type { CallOptions, Store } from "../store/store.ts";
import { isUnavailable } from "../store/store-error.ts";
import type { Manifest } from "./manifest.ts";
import type { ManifestProblem } from "./manifest-problem.ts";
import { missingNamespaces } from "./missing-namespaces.ts";

/** What is wrong with the namespaces that a set of manifests names: missing, on their way out, or too full for the set. */
export async function namespaceProblems(
  store: Store,
  manifests: readonly Manifest[],
  options: CallOptions,
): Promise<ManifestProblem[]> {
  const missing = await missingNamespaces(store, manifests, options);
  if (missing.length > 0) return missing;
  try {
    const problems = [];
    for (const group of groupsOf(manifests)) problems.push(...(await groupProblems(store, group, options)));
    return problems;
  } catch (error) {
    // Each object will say so for itself.
    if (isUnavailable(error)) return [];
    throw error;
  }
}

/** Manifests of one kind in one namespace. */
interface Group {
  readonly kind: KindInfo;
  readonly namespace: string;
  readonly manifests: readonly Manifest[];
}

function groupsOf(manifests: readonly Manifest[]): Group[] {
  const groups = new Map<string, Group>();
  for (const manifest of manifests) {
    const { kind } = manifest;
    const { namespace } = manifest.object.metadata;
    if (!kind.namespaced || namespace === undefined) continue;
    const key = `${namespace}/${kind.plural}`;
    groups.set(key, { kind, namespace, manifests: [...(groups.get(key)?.manifests ?? []), manifest] });
  }
  return [...groups.values()];
}

/** Of a namespace that comes with the set nothing is known yet. */
async function groupProblems(store: Store, group: Group, options: CallOptions): Promise<ManifestProblem[]> {
  const { kind, namespace, manifests } = group;
  const room = await readRoom(store, namespace, options);
  const limit = room?.limits[kind.plural];
  if (!room || (!room.isDeleted && limit === undefined)) return [];
  const there = await countObjects(store, kind, namespace, options);
  const fresh = manifests.filter(({ object }) => !there.has(object.metadata.name));
  const [first] = fresh;
  if (!first || (!room.isDeleted && there.size + fresh.length <= (limit ?? 0))) return [];
  const problem = room.isDeleted
    ? goesAway(namespace)
    : isFull(namespace, { kind, there: there.size, limit: limit ?? 0, more: fresh.length });
  return [{ ...problem, place: first.placeOf(problem.path) }];
}

import { objectTail, specKey } from "../resources/keys.ts";
import { DEFAULT_NAMESPACE, Namespace } from "../resources/namespace.ts";
import type { CallOptions, Store } from "../store/store.ts";
import type { Manifest } from "./manifest.ts";
import type { ManifestProblem } from "./manifest-problem.ts";

/**
 * A problem for each manifest whose namespace neither exists nor comes with the set. `default` is there from the start,
 * or will be as soon as a controller runs.
 */
export async function missingNamespaces(
  store: Store,
  manifests: readonly Manifest[],
  { signal }: CallOptions,
): Promise<ManifestProblem[]> {
  const inSet = manifests.filter(({ kind }) => kind === Namespace).map(({ object }) => object.metadata.name);
  const known = new Set([DEFAULT_NAMESPACE, ...inSet]);
  const named = manifests.filter(({ object: { metadata } }) => metadata.namespace !== undefined);
  const asked = [...new Set(named.map(({ object }) => object.metadata.namespace ?? ""))].filter((it) => !known.has(it));
  for (const name of asked) {
    const entry = await store.get(specKey(objectTail(Namespace, undefined, name)), signal ? { signal } : {});
    if (entry) known.add(name);
  }
  return named.flatMap((manifest) => {
    const name = manifest.object.metadata.namespace ?? "";
    if (known.has(name)) return [];
    const path = ["metadata", "namespace"];
    return [{ path, message: `names a namespace that does not exist (got "${name}")`, place: manifest.placeOf(path) }];
  });
}

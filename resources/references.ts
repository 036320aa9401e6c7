import { Flavor } from "./flavor.ts";
import { Image, type ImageSpec } from "./image.ts";
import { Instance, type InstanceSpec } from "./instance.ts";
import { InstanceSet, type InstanceSetSpec } from "./instance-set.ts";
import { objectTail } from "./keys.ts";
import type { KindInfo } from "./kinds.ts";
import { DEFAULT_NAMESPACE } from "./namespace.ts";
import { Secret } from "./secret.ts";

/** Which kinds name objects of a kind in their specs. */
export const NAMED_BY: ReadonlyMap<KindInfo, readonly KindInfo[]> = new Map([
  [Image, [Instance, InstanceSet]],
  [Flavor, [Instance, InstanceSet]],
  [Secret, [Instance, InstanceSet, Image]],
]);

/** Tails of the objects that a spec names: `cluster/flavors/small`, `ns/default/secrets/web`. The spec is valid. */
export function referencesOf(kind: KindInfo, namespace: string | undefined, spec: unknown): readonly string[] {
  if (kind === Instance) return ofInstance(namespace, spec as InstanceSpec);
  if (kind === InstanceSet) return ofInstance(namespace, (spec as InstanceSetSpec).template?.spec as InstanceSpec);
  if (kind === Image) return ofImage(spec as ImageSpec);
  return [];
}

function ofInstance(namespace: string | undefined, spec: InstanceSpec | undefined): string[] {
  if (!spec) return [];
  const { image, flavor, cloudInit } = spec;
  const secrets = [image && "source" in image ? image.credentials?.secret : undefined, cloudInit?.userDataFrom?.secret];
  return [
    ...(image && "name" in image ? [objectTail(Image, undefined, image.name)] : []),
    ...(flavor === undefined ? [] : [objectTail(Flavor, undefined, flavor)]),
    ...secrets.flatMap((name) => (name === undefined ? [] : [objectTail(Secret, namespace, name)])),
  ];
}

function ofImage({ credentials }: ImageSpec): string[] {
  if (!credentials) return [];
  return [objectTail(Secret, credentials.namespace ?? DEFAULT_NAMESPACE, credentials.secret)];
}

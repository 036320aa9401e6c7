import type { KindInfo } from "../../../resources/kinds.ts";
import type { JoinedObject } from "../../../store/objects/joined-object.ts";
import { isDenied } from "../../../store/store-error.ts";
import type { Neighbours } from "./neighbours.ts";
import { hypervisorParts } from "./related/hypervisor.ts";
import { imageParts } from "./related/image.ts";
import { instanceParts } from "./related/instance.ts";
import { instanceSetParts } from "./related/instance-set.ts";
import { namedParts } from "./related/named.ts";
import { namespaceParts } from "./related/namespace.ts";
import { ownerSection } from "./related/owners.ts";
import type { Part } from "./related/part.ts";
import type { Section } from "./section.ts";

/** What each kind has to tell of others. A kind that is not here tells of its owners only. */
const PARTS: Readonly<Record<string, (object: JoinedObject, now: number) => readonly Part[]>> = {
  Instance: instanceParts,
  InstanceSet: instanceSetParts,
  Hypervisor: hypervisorParts,
  Image: imageParts,
  Flavor: namedParts,
  Secret: namedParts,
  Namespace: namespaceParts,
};

/** The objects that have to do with this one. What the user may not read is said instead of shown. */
export async function relatedSections(
  kind: KindInfo,
  object: JoinedObject,
  neighbours: Neighbours,
  now: number,
): Promise<readonly Section[]> {
  const parts = PARTS[kind.kind]?.(object, now) ?? [];
  const sections = parts.map(async ({ title, read }) => ({ title, lines: await read(neighbours).catch(refused) }));
  return [...ownerSection(object), ...(await Promise.all(sections))];
}

export function refused(error: unknown): readonly string[] {
  if (isDenied(error)) return ["<etcd does not let this user read it>"];
  throw error;
}

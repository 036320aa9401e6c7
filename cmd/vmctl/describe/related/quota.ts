import { classWords } from "../../../../resources/class-words.ts";
import { Flavor, type FlavorSpec } from "../../../../resources/flavor.ts";
import type { ResourceRequest } from "../../../../resources/group-request.ts";
import { Instance, type InstanceSpec } from "../../../../resources/instance.ts";
import type { NamespaceQuota } from "../../../../resources/namespace.ts";
import { quotaInClasses } from "../../../../resources/quota-in-classes.ts";
import { resourceRequest, sumOf } from "../../../../resources/resource-request.ts";
import { withFlavor } from "../../../../resources/spec-in-force.ts";
import type { JoinedObject } from "../../../../store/objects/joined-object.ts";
import { formatBytes } from "../../output/cell.ts";
import { fieldAt } from "../../output/field-at.ts";
import type { Neighbours } from "../neighbours.ts";

/** One resource class of a quota, in the words and units in which people write it. */
export interface QuotaRow {
  readonly name: string;
  readonly taken: string;
  readonly limit: string;
}

/**
 * What a namespace may take, and what its instances that have a host ask for: what one of them was refused to grow by is
 * counted as if it had it, which only the controllers can tell. Empty: it has no quota.
 */
export async function quotaRows(namespace: JoinedObject, neighbours: Neighbours): Promise<readonly QuotaRow[]> {
  const quota = limitsOf(namespace);
  if (Object.keys(quota).length === 0) return [];
  const instances = await neighbours.list(Instance, namespace.metadata.name);
  const bound = instances.filter((instance) => fieldAt(instance, "status.hypervisor") !== undefined);
  const taken = sumOf(await Promise.all(bound.map((instance) => requestOf(instance, neighbours))));
  return Object.entries(quota).map(([name, limit]) => ({
    name: classWords(name).name,
    taken: amount(name, taken[name] ?? 0),
    limit: amount(name, limit),
  }));
}

/** Nobody has checked what is stored: of a damaged record nothing is told. */
function limitsOf({ spec }: JoinedObject): ResourceRequest {
  try {
    return quotaInClasses((spec as { readonly quota?: NamespaceQuota }).quota ?? {});
  } catch {
    return {};
  }
}

async function requestOf({ spec: stored, status }: JoinedObject, neighbours: Neighbours): Promise<ResourceRequest> {
  const spec = stored as InstanceSpec;
  const flavor = spec.flavor === undefined ? undefined : await neighbours.get(Flavor, spec.flavor);
  const given = (status as { readonly resources?: InstanceSpec["resources"] }).resources;
  try {
    const { resources, ...rest } = withFlavor(spec, flavor?.spec as FlavorSpec | undefined);
    return resourceRequest({
      ...rest,
      resources: { ...resources, ...given } as NonNullable<InstanceSpec["resources"]>,
    });
  } catch {
    return {};
  }
}

const BYTES: Readonly<Record<string, number>> = { MEMORY_MB: 2 ** 20, DISK_GB: 2 ** 30 };

const amount = (name: string, value: number): string =>
  BYTES[name] === undefined ? String(value) : formatBytes(value * BYTES[name]);

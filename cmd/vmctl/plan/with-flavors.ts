import type { PlannedObject } from "../../../apply/plan-set.ts";
import { Flavor, type FlavorSpec } from "../../../resources/flavor.ts";
import { Instance, type InstanceSpec } from "../../../resources/instance.ts";
import { withFlavor } from "../../../resources/spec-in-force.ts";
import { createObjectClient } from "../../../store/objects/object-client.ts";
import type { Session } from "../connection/session.ts";

/**
 * The plan with what Flavors give to its instances, for sums and for asking where they would go. A Flavor of the set
 * counts as it would be; one that is nowhere is left for the scheduler to miss.
 */
export async function withFlavors(
  { store, clock, signal }: Session,
  objects: readonly PlannedObject[],
): Promise<readonly PlannedObject[]> {
  const client = createObjectClient(store, clock);
  const flavors = new Map<string, FlavorSpec>();
  for (const name of new Set(objects.flatMap(flavorNames))) {
    const stored = await client.get(Flavor, undefined, name, { signal });
    if (stored) flavors.set(name, stored.spec as FlavorSpec);
  }
  for (const planned of objects)
    if (planned.manifest.kind === Flavor && "object" in planned)
      flavors.set(planned.object.metadata.name, planned.object.spec as FlavorSpec);
  return objects.map((planned) => (planned.manifest.kind === Instance ? expanded(planned, flavors) : planned));
}

function flavorNames(planned: PlannedObject): string[] {
  if (planned.manifest.kind !== Instance) return [];
  const specs = [planned.manifest.object.spec, ...("old" in planned ? [planned.old.spec] : [])];
  return (specs as InstanceSpec[]).flatMap(({ flavor }) => flavor ?? []);
}

function expanded<Planned extends PlannedObject>(planned: Planned, flavors: ReadonlyMap<string, FlavorSpec>): Planned {
  const full = <T extends { readonly spec: unknown }>(object: T): T => {
    const { flavor: name, ...spec } = object.spec as InstanceSpec;
    const flavor = name === undefined ? undefined : flavors.get(name);
    return flavor ? { ...object, spec: withFlavor(spec, flavor) } : object;
  };
  const { manifest } = planned;
  return {
    ...planned,
    manifest: { ...manifest, object: full(manifest.object) },
    ...("object" in planned && { object: full(planned.object) }),
    ...("old" in planned && { old: full(planned.old) }),
  };
}

import type { PlannedObject } from "../../../apply/plan-set.ts";
import { Flavor } from "../../../resources/flavor.ts";
import { Instance, type InstanceSpec } from "../../../resources/instance.ts";
import { createObjectClient } from "../../../store/objects/object-client.ts";
import type { Session } from "../connection/session.ts";

/** Instances that name a Flavor, as `namespace/name`, by what a change of it is to them. */
export interface FlavorUsers {
  /** updatePolicy.flavor: OnChange. */
  readonly following: readonly string[];
  readonly keeping: readonly string[];
}
export type UsersByFlavor = ReadonlyMap<PlannedObject, FlavorUsers>;

/** Of each Flavor that would change. */
export async function flavorUsers(
  { store, clock, signal }: Session,
  objects: readonly PlannedObject[],
): Promise<UsersByFlavor> {
  const changing = objects.filter(({ manifest, result }) => manifest.kind === Flavor && result === "configured");
  if (changing.length === 0) return new Map();
  const instances = await createObjectClient(store, clock).list(Instance, undefined, { signal });
  const usersOf = (flavor: string, follows: boolean) =>
    instances
      .map(({ metadata, spec }) => ({ metadata, spec: (spec ?? {}) as InstanceSpec }))
      .filter(({ spec }) => spec.flavor === flavor && (spec.updatePolicy?.flavor === "OnChange") === follows)
      .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  return new Map(
    changing.map((planned) => {
      const { name } = planned.manifest.object.metadata;
      return [planned, { following: usersOf(name, true), keeping: usersOf(name, false) }];
    }),
  );
}

const MOST_NAMED = 8;

/** For people, under the Flavor's own changes. */
export function userLines({ following, keeping }: FlavorUsers): string[] {
  const line = (users: readonly string[], what: string): string[] => {
    if (users.length === 0) return [];
    const more = users.length > MOST_NAMED ? ` and ${users.length - MOST_NAMED} more` : "";
    return [`  ${what}: ${users.slice(0, MOST_NAMED).join(", ")}${more}`];
  };
  if (following.length + keeping.length === 0) return ["  no instance has this flavor"];
  return [
    ...line(following, "instances that follow it, as far as a bound one can"),
    ...line(keeping, "instances that keep what they have (updatePolicy.flavor: Never)"),
  ];
}

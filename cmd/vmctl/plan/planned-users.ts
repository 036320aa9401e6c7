import type { PlannedObject } from "../../../apply/plan-set.ts";
import { Flavor } from "../../../resources/flavor.ts";
import { Instance, type InstanceSpec } from "../../../resources/instance.ts";
import type { KindInfo } from "../../../resources/kinds.ts";
import { Secret } from "../../../resources/secret.ts";
import type { JoinedObject } from "../../../store/objects/joined-object.ts";
import { createObjectClient } from "../../../store/objects/object-client.ts";
import type { Session } from "../connection/session.ts";

/** Instances that a change of what they name concerns, as `namespace/name`. */
export interface NamedUsers {
  /** It comes to them by itself. */
  readonly following: readonly string[];
  readonly keeping: readonly string[];
}
export type PlannedUsers = ReadonlyMap<PlannedObject, NamedUsers>;

interface Following {
  readonly names: (spec: InstanceSpec, name: string) => boolean;
  readonly follows: (spec: InstanceSpec) => boolean;
  /** What it is to those that follow, to the others, and if there is none. */
  readonly words: readonly [following: string, keeping: string, none: string];
}

const FOLLOWING = new Map<KindInfo, Following>([
  [
    Flavor,
    {
      names: (spec, name) => spec.flavor === name,
      follows: (spec) => spec.updatePolicy?.flavor === "OnChange",
      words: [
        "instances that follow it, as far as a bound one can",
        "instances that keep what they have (updatePolicy.flavor: Never)",
        "no instance has this flavor",
      ],
    },
  ],
  [
    Secret,
    {
      names: (spec, name) => spec.cloudInit?.userDataFrom?.secret === name,
      follows: (spec) => spec.updatePolicy?.recreate === "OnChange",
      words: [
        "instances that are made anew if it is their user-data that changes, what is on their disks is lost",
        "instances whose guests have read it, and read it again after `vmctl recreate` only",
        "no instance has its user-data from it",
      ],
    },
  ],
]);

/** Of each Flavor and Secret that would change. */
export async function plannedUsers(
  { store, clock, signal }: Session,
  objects: readonly PlannedObject[],
): Promise<PlannedUsers> {
  const changing = objects.filter(({ manifest, result }) => FOLLOWING.has(manifest.kind) && result === "configured");
  if (changing.length === 0) return new Map();
  const instances = await createObjectClient(store, clock).list(Instance, undefined, { signal });
  return new Map(changing.map((planned) => [planned, usersOf(planned, instances)]));
}

function usersOf({ manifest: { kind, object } }: PlannedObject, instances: readonly JoinedObject[]): NamedUsers {
  const { name, namespace } = object.metadata;
  const { names, follows } = FOLLOWING.get(kind) ?? { names: () => false, follows: () => false };
  const users = instances
    .filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace)
    .map(({ metadata, spec }) => ({
      label: `${metadata.namespace}/${metadata.name}`,
      spec: (spec ?? {}) as InstanceSpec,
    }))
    .filter(({ spec }) => names(spec, name));
  const labels = (isFollowing: boolean) =>
    users.filter(({ spec }) => follows(spec) === isFollowing).map(({ label }) => label);
  return { following: labels(true), keeping: labels(false) };
}

const MOST_NAMED = 8;

/** For people, under the object's own changes. */
export function userLines(kind: KindInfo, { following, keeping }: NamedUsers): string[] {
  const [whenFollowing = "", whenKeeping = "", none = ""] = FOLLOWING.get(kind)?.words ?? [];
  const line = (users: readonly string[], what: string): string[] => {
    if (users.length === 0) return [];
    const more = users.length > MOST_NAMED ? ` and ${users.length - MOST_NAMED} more` : "";
    return [`  ${what}: ${users.slice(0, MOST_NAMED).join(", ")}${more}`];
  };
  if (following.length + keeping.length === 0) return [`  ${none}`];
  return [...line(following, whenFollowing), ...line(keeping, whenKeeping)];
}

import { Hypervisor } from "../../resources/hypervisor.ts";
import { Instance } from "../../resources/instance.ts";
import type { InstanceStatus } from "../../resources/instance-status.ts";
import type { CallOptions, Store } from "../store.ts";
import { JoinedPicture } from "./joined-picture.ts";
import { ObjectError } from "./object-error.ts";
import { objectRange } from "./object-range.ts";
import { labelOf, type ObjectRef } from "./object-ref.ts";

const SHOWN = 20;

/**
 * `InUse` for a hypervisor that instances are bound to, with their names, unless they are on their way out too: its
 * deletion would only wait for them. A kindness, not a lock: one may be bound right after, and the controllers wait all
 * the same.
 */
export async function refuseInUse(store: Store, ref: ObjectRef, options: CallOptions): Promise<void> {
  if (ref.kind !== Hypervisor) return;
  const range = objectRange(Instance, undefined);
  const picture = new JoinedPicture(Instance, range);
  picture.replace((await store.list(range.prefixes, options)).entries);
  const users = picture
    .objects()
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .filter(({ status }) => (status as InstanceStatus | undefined)?.hypervisor === ref.name)
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  if (users.length === 0) return;
  const more = users.length > SHOWN ? ` and ${users.length - SHOWN} more` : "";
  const names = `${users.slice(0, SHOWN).join(", ")}${more}`;
  throw new ObjectError("InUse", `${labelOf(ref)} has instances: delete them first (${names})`);
}

import { findCondition } from "../../resources/conditions.ts";
import { decodeStatusRecord, storedSpecProblem } from "../../resources/decode-object.ts";
import { HYPERVISOR_CONDITION, Hypervisor, type HypervisorStatus } from "../../resources/hypervisor.ts";
import { Instance } from "../../resources/instance.ts";
import type { InstanceStatus } from "../../resources/instance-status.ts";
import { statusKey } from "../../resources/keys.ts";
import type { KindInfo } from "../../resources/kinds.ts";
import { NAMED_BY, referencesOf } from "../../resources/references.ts";
import type { CallOptions, Store } from "../store.ts";
import type { JoinedObject } from "./joined-object.ts";
import { JoinedPicture } from "./joined-picture.ts";
import { ObjectError } from "./object-error.ts";
import { objectRange } from "./object-range.ts";
import { labelOf, type ObjectRef, tailOfRef } from "./object-ref.ts";

const SHOWN = 20;

/**
 * `InUse` for a hypervisor that instances are bound to, and for an Image, Flavor or Secret that others name, with their
 * names, unless they are on their way out too: its deletion would only wait for them. A kindness, not a lock: one may
 * come right after, and the controllers wait all the same.
 */
export async function refuseInUse(store: Store, ref: ObjectRef, options: CallOptions): Promise<void> {
  const users = ref.kind === Hypervisor ? await boundTo(store, ref, options) : await naming(store, ref, options);
  if (users.length === 0) return;
  const more = users.length > SHOWN ? ` and ${users.length - SHOWN} more` : "";
  const names = `${users.slice(0, SHOWN).join(", ")}${more}`;
  if (ref.kind !== Hypervisor)
    throw new ObjectError("InUse", `${labelOf(ref)} is in use: delete these first, or change them (${names})`);
  const after = await whileAway(store, ref, options);
  throw new ObjectError("InUse", `${labelOf(ref)} has instances: delete them first (${names})${after}`);
}

/** Only a host that is served can let go of an instance: whoever deletes it would wait in vain. */
async function whileAway(store: Store, ref: ObjectRef, options: CallOptions): Promise<string> {
  const key = statusKey(tailOfRef(ref));
  const entry = await store.get(key, options);
  const record = entry && decodeStatusRecord<HypervisorStatus>(Hypervisor)(key, entry.value);
  const ready = record?.ok ? findCondition(record.value.status.conditions, HYPERVISOR_CONDITION.ready) : undefined;
  if (ready === undefined || ready.status === "True") return "";
  return `; it is ${ready.reason}: only a host that is served lets go of them, start it again first (vmctl delete --help)`;
}

async function boundTo(store: Store, { name }: ObjectRef, options: CallOptions): Promise<string[]> {
  const instances = await staying(store, Instance, options);
  return instances
    .filter(({ status }) => (status as InstanceStatus | undefined)?.hypervisor === name)
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
}

async function naming(store: Store, ref: ObjectRef, options: CallOptions): Promise<string[]> {
  const tail = tailOfRef(ref);
  const users: string[] = [];
  for (const kind of NAMED_BY.get(ref.kind) ?? []) {
    for (const { metadata, spec } of await staying(store, kind, options)) {
      if (storedSpecProblem(kind, spec) !== undefined) continue;
      if (!referencesOf(kind, metadata.namespace, spec).includes(tail)) continue;
      users.push(`${kind.singular} ${kind.namespaced ? `${metadata.namespace}/` : ""}${metadata.name}`);
    }
  }
  return users;
}

/** All that are not asked to go. */
async function staying(store: Store, kind: KindInfo, options: CallOptions): Promise<readonly JoinedObject[]> {
  const range = objectRange(kind, undefined);
  const picture = new JoinedPicture(kind, range);
  picture.replace((await store.list(range.prefixes, options)).entries);
  return picture.objects().filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

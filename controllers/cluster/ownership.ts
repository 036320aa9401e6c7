import { parseTail } from "../../resources/keys.ts";
import { KINDS } from "../../resources/kinds.ts";
import type { OwnerReference } from "../../resources/meta.ts";
import { type ObjectFacts, type PlainStatus, readObject } from "./admit.ts";
import type { ClusterView } from "./cluster-view.ts";

/** How a reference stands to the object it names, by what was admitted. */
export type OwnerStanding =
  /** Admitted under that kind and name, and not asked to go. */
  | "alive"
  /** Admitted, and its deletion is on record. */
  | "deleted"
  /** Its spec is there and about to be admitted. */
  | "coming"
  /** No admitted object is what the reference says. That is no instruction (S7). */
  | "missing";

/** The owners an object names, as far as they are believed: of a spec that is not, what was accepted last. */
export function ownersOf({ identity, spec, status }: ObjectFacts<PlainStatus>): readonly OwnerReference[] {
  const references = identity.kind === "refused" ? status?.value.accepted : spec?.value.metadata;
  return references?.ownerReferences ?? [];
}

/** Tail of the object a reference of `dependent` names; undefined: it can name none. */
function tailOfOwner(dependent: string, { kind: wanted, name }: OwnerReference): string | undefined {
  const kind = KINDS.find((info) => info.kind === wanted);
  if (!kind) return undefined;
  const { namespace } = parseTail(dependent) ?? {};
  if (!kind.namespaced) return `cluster/${kind.plural}/${name}`;
  return namespace === undefined ? undefined : `ns/${namespace}/${kind.plural}/${name}`;
}

/** Whether the reference means the object under this tail: kind, name and namespace agree (the uid was looked up). */
export const isOwner = (dependent: string, reference: OwnerReference, owner: string): boolean =>
  tailOfOwner(dependent, reference) === owner;

export function standingOf(view: ClusterView, dependent: string, reference: OwnerReference): OwnerStanding {
  const tail = tailOfOwner(dependent, reference);
  if (tail === undefined) return "missing";
  const { identity, spec, status } = readObject(view, tail);
  if (status?.value.uid === reference.uid) return status.value.deletion ? "deleted" : "alive";
  const isComing = identity.kind === "new" && spec?.value.metadata.uid === reference.uid;
  return isComing ? "coming" : "missing";
}

/** Tails of everything that owns an object, over all generations; ends in a circle too. */
export function ancestorsOf(view: ClusterView, tail: string): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [tail];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const dependent = next;
    for (const reference of ownersOf(readObject(view, dependent))) {
      const owner = view.uid(reference.uid)?.value.tail;
      if (owner === undefined || found.has(owner) || !isOwner(dependent, reference, owner)) continue;
      found.add(owner);
      open.push(owner);
    }
  }
  return found;
}

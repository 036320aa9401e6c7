import { parseTail, statusKey } from "../../resources/keys.ts";
import { KINDS } from "../../resources/kinds.ts";
import type { OwnerReference } from "../../resources/meta.ts";
import { type ObjectFacts, type PlainStatus, readObject } from "./admit.ts";
import type { Dependent } from "./cascade.ts";
import type { ClusterView } from "./cluster-view.ts";
import { isProtectedObject } from "./deletion-protection.ts";
import { ancestorsOf, isOwner, ownersOf, standingOf } from "./ownership.ts";

/** `instance/web-1`, for messages. */
export function labelOfTail(tail: string): string {
  const { plural, name } = parseTail(tail) ?? {};
  return `${KINDS.find((kind) => kind.plural === plural)?.singular ?? plural}/${name}`;
}

/** What names the admitted object under `owner` as its owner, in the order of their keys. */
export function readDependents(view: ClusterView, owner: string, uid: string): Dependent[] {
  const ancestors = ancestorsOf(view, owner);
  return view.dependents.tailsOf(uid).flatMap((tail) => {
    const facts = readObject(view, tail);
    const references = ownersOf(facts);
    const own = references.find((reference) => reference.uid === uid);
    if (!own || tail === owner || !isOwner(tail, own, owner)) return [];
    return [
      {
        tail,
        label: labelOfTail(tail),
        isDeleted: isDeleted(facts),
        isProtected: isProtectedObject(facts),
        isHeld: references.some((reference) => reference !== own && holds(view, tail, reference)),
        blocks: own.blockOwnerDeletion === true,
        isAncestor: ancestors.has(tail),
        unreadable: unreadable(view, tail),
      },
    ];
  });
}

const holds = (view: ClusterView, tail: string, reference: OwnerReference): boolean =>
  standingOf(view, tail, reference) !== "deleted";

/** Its controller has recorded that it goes, or is about to. */
export function isDeleted(facts: ObjectFacts<PlainStatus>): boolean {
  if (facts.status?.value.deletion) return true;
  const isBelieved = facts.identity.kind !== "refused";
  return isBelieved && facts.spec?.value.metadata.deletionTimestamp !== undefined && !isProtectedObject(facts);
}

/** Over a status that cannot be read nothing is decided (S8). */
export function unreadable(view: ClusterView, tail: string): string | undefined {
  const problem = view.problemOf(statusKey(tail));
  return problem === undefined ? undefined : `its status cannot be read: ${problem}`;
}

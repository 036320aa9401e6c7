import { Instance, type InstanceSpec } from "../../resources/instance.ts";
import type { InstanceStatus } from "../../resources/instance-status.ts";
import { parseTail, specKey, statusKey } from "../../resources/keys.ts";
import type { OwnerReference, StoredObject } from "../../resources/meta.ts";
import type { StatusRecord } from "../../resources/status-record.ts";
import { type ObjectFacts, type PlainStatus, readObject } from "../cluster/admit.ts";
import type { ClusterView } from "../cluster/cluster-view.ts";
import { isProtectedObject } from "../cluster/deletion-protection.ts";
import { isOwner, ownersOf } from "../cluster/ownership.ts";
import { isDeleted } from "../cluster/read-dependents.ts";
import { specProblem } from "../cluster/spec-problem.ts";
import { ordinalOf, type SetInForce, selects } from "./instance-set.ts";
import type { Member } from "./member.ts";

/** Everything that stands under a name of the set, readable or not, by ordinal. */
export function readMembers(view: ClusterView, set: SetInForce): Member[] {
  const under = `ns/${set.namespace}/${Instance.plural}/${set.name}-`;
  const keys = [specKey(under), statusKey(under)].flatMap((prefix) => [
    ...view.keysUnder(prefix),
    ...view.malformedUnder(prefix),
  ]);
  const tails = [...new Set(keys.map((key) => key.slice(key.indexOf("/") + 1)))];
  return tails
    .flatMap((tail) => {
      const name = parseTail(tail)?.name ?? "";
      const ordinal = ordinalOf(set, name);
      return ordinal === undefined ? [] : [readMember(view, set, { tail, name, ordinal })];
    })
    .sort((a, b) => a.ordinal - b.ordinal);
}

function readMember(view: ClusterView, set: SetInForce, place: Pick<Member, "tail" | "name" | "ordinal">): Member {
  const { tail } = place;
  const facts = readObject(view, tail);
  const { spec, status, identity } = facts;
  const believed = identity.kind === "refused" ? undefined : spec;
  const labels = believed ? believed.value.metadata.labels : status?.value.accepted?.labels;
  return {
    ...place,
    belongs: belongsTo(set, tail, ownersOf(facts)),
    isSelected: selects(set, labels),
    isDeleted: isDeleted(facts),
    isProtected: isProtectedObject(facts),
    object: believed?.value as StoredObject<InstanceSpec> | undefined,
    revision: believed?.modRevision ?? 0,
    record: status?.value as StatusRecord<InstanceStatus> | undefined,
    problem: problemOf(view, facts) ?? invalidity(believed?.value.spec),
  };
}

function belongsTo(set: SetInForce, tail: string, owners: readonly OwnerReference[]): Member["belongs"] {
  const own = owners.find(({ uid }) => uid === set.uid);
  if (own && isOwner(tail, own, set.tail)) return "ours";
  return owners.some(({ controller }) => controller) ? "other" : "free";
}

function problemOf(view: ClusterView, { tail, identity }: ObjectFacts<PlainStatus>): string | undefined {
  const unreadable = view.problemOf(specKey(tail)) ?? view.problemOf(statusKey(tail));
  if (unreadable !== undefined) return `cannot be read: ${unreadable}`;
  return identity.kind === "refused" ? `${identity.reason}: ${identity.message}` : undefined;
}

/** What was written around vmctl may be anything: nothing is merged into that. */
function invalidity(spec: unknown): string | undefined {
  const problem = spec === undefined ? undefined : specProblem(Instance, spec);
  return problem === undefined ? undefined : `is not valid: ${problem}`;
}

import { specKey, statusKey } from "../../resources/keys.ts";
import type { TransactionPart } from "../../store/transaction-part.ts";
import { type ObjectFacts, type PlainStatus, readObject } from "../cluster/admit.ts";
import type { ClusterView } from "../cluster/cluster-view.ts";
import { asSeen } from "../cluster/commit.ts";
import { isProtectedObject } from "../cluster/deletion-protection.ts";
import { isDeleted, labelOfTail, unreadable } from "../cluster/read-dependents.ts";

/** What becomes of one object in a namespace that goes. */
export type ContentStep =
  | { readonly do: "delete"; readonly facts: ObjectFacts<PlainStatus> }
  /** Nobody admitted it, and nobody will: its keys go. */
  | { readonly do: "remove"; readonly facts: ObjectFacts<PlainStatus> }
  | { readonly do: "wait"; readonly label: string; readonly because: string };

/** Everything under the namespace, readable or not, in the order of names. */
export function readContent(view: ClusterView, namespace: string): ContentStep[] {
  return tailsIn(view, namespace).map((tail) => stepFor(view, tail));
}

function tailsIn(view: ClusterView, namespace: string): string[] {
  const under = (prefix: string) => [...view.keysUnder(prefix), ...view.malformedUnder(prefix)];
  const specs = under(specKey(`ns/${namespace}/`)).map((key) => key.slice(specKey("").length));
  const statuses = under(statusKey(`ns/${namespace}/`)).map((key) => key.slice(statusKey("").length));
  return [...new Set([...specs, ...statuses])].sort();
}

function stepFor(view: ClusterView, tail: string): ContentStep {
  const label = labelOfTail(tail);
  const problem = unreadable(view, tail);
  if (problem !== undefined) return { do: "wait", label, because: problem };
  const facts = readObject(view, tail);
  if (isDeleted(facts)) return { do: "wait", label, because: progressOf(view, facts) };
  if (isProtectedObject(facts)) return { do: "wait", label, because: "is protected: spec.deletionProtection" };
  const isAdmitted = facts.status?.value.uid !== undefined;
  return isAdmitted || facts.identity.kind === "new" ? { do: "delete", facts } : { do: "remove", facts };
}

/** An instance on a host that does not answer may keep its namespace waiting for long: said by name. */
function progressOf(view: ClusterView, { status }: ObjectFacts<PlainStatus>): string {
  const host = status?.value.binding?.hypervisor;
  if (host !== undefined && !view.isAlive(host)) return `its host ${host} cannot be reached`;
  const finalizers = status?.value.accepted?.finalizers ?? [];
  return finalizers.length > 0 ? `has the finalizers ${finalizers.join(", ")}` : "is being deleted";
}

/** Both keys of what nobody admitted, whether its spec can be read or not. */
export function unadmittedRemoval(
  view: ClusterView,
  { tail, spec, status }: ObjectFacts<PlainStatus>,
): TransactionPart {
  const keys = [
    { key: specKey(tail), seen: spec ?? view.malformed(specKey(tail)) },
    { key: statusKey(tail), seen: status },
  ];
  return {
    compares: keys.map(({ key, seen }) => asSeen(key, seen)),
    writes: keys.flatMap(({ key, seen }) => (seen ? [{ op: "delete", key } as const] : [])),
  };
}

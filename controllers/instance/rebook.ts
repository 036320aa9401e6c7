import type { Placement } from "../../placement/placement.ts";
import { isPlacementError, type PlacementError } from "../../placement/placement-error.ts";
import { resourceRequest } from "../../resources/resource-request.ts";
import { specInForce } from "../../resources/spec-in-force.ts";
import { TransientError } from "../../runtime/errors.ts";
import { emptyPart, type TransactionPart } from "../../store/transaction-part.ts";
import type { InstanceFacts } from "../cluster/instance-facts.ts";
import type { Rebind } from "./plan-lost.ts";

/** What Placement says to a binding that is to be rebuilt. */
export type Rebooking =
  /** It is booked there, with this transaction at the latest. */
  | { readonly kind: "booked"; readonly part: TransactionPart }
  /** It is booked nowhere, and where it is going to be has to be on record first (architecture 4.5). */
  | { readonly kind: "intend" }
  /** It is booked elsewhere, or cannot be booked now. */
  | { readonly kind: "refused"; readonly message: string };

export interface Books {
  readonly placement: Placement;
  /** Of the host that has the instance assigned. */
  readonly provider: string;
  /** Whether a provider stands for a hypervisor of this cluster. */
  readonly isHost: (provider: string) => boolean;
}

/** Asks what the instance holds. What was lost is claimed again, on the provider of its host and on no other. */
export async function rebook(books: Books, facts: InstanceFacts, plan: Rebind): Promise<Rebooking> {
  const { placement, provider } = books;
  const { uid } = plan.record;
  try {
    const held = (await placement.allocation(uid))?.allocations;
    const elsewhere = held ? notHere(books, Object.keys(held)) : [];
    if (elsewhere.length > 0) return refused(`Placement has it booked on provider ${elsewhere.join(", ")}`);
    if (placement.needsIntent && held) return { kind: "booked", part: emptyPart };
    if (placement.needsIntent && !isIntended(facts, plan)) return { kind: "intend" };
    const consumer = { uuid: uid, project: facts.namespace, user: facts.namespace };
    // What is held is claimed as it is: the repetition compares it in our transaction.
    const allocations = held ?? { [provider]: requestOf(plan) };
    return { kind: "booked", part: await placement.claim(consumer, { provider, allocations }) };
  } catch (error) {
    if (isPlacementError(error)) return said(error);
    throw error;
  }
}

/** Groups take from providers below the host, or shared with it, what was once granted together with the host's own. */
function notHere({ provider, isHost }: Books, held: readonly string[]): readonly string[] {
  const others = held.filter((uuid) => uuid !== provider);
  return held.includes(provider) ? others.filter(isHost) : others;
}

const refused = (message: string): Rebooking => ({ kind: "refused", message });

const isIntended = ({ status }: InstanceFacts, { record }: Rebind): boolean =>
  status?.value.scheduling?.host === record.binding.hypervisor;

/** A lost race is run again; the rest is for people to read. */
function said(error: PlacementError): Rebooking {
  const { code, message } = error;
  if (code === "Conflict") throw new TransientError(code, message, { cause: error });
  return refused(`it cannot be booked there: ${message}`);
}

/** The size that the host was told; what only Placement knows comes from the spec. A later spec is booked later. */
function requestOf({ record, machine }: Rebind): ReturnType<typeof resourceRequest> {
  const spec = specInForce(record.accepted ?? { spec: {} });
  const { vcpu, memory, disk } = machine;
  return resourceRequest({ ...spec, resources: { ...spec.resources, vcpu, memory, disk } });
}

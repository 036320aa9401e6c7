import { INSTANCE_CONDITION, type InstanceStatus, REASON } from "../../resources/instance-status.ts";
import { statusKey } from "../../resources/keys.ts";
import type { StatusRecord } from "../../resources/status-record.ts";
import { timestamp } from "../../runtime/clock.ts";
import { done, type Result } from "../../runtime/result.ts";
import { emptyPart, joinParts, type TransactionPart } from "../../store/transaction-part.ts";
import { boundInstance } from "../cluster/bound-index.ts";
import type { ControllerDeps } from "../cluster/controller-deps.ts";
import { unplacedStatus } from "../cluster/instance-status/unplaced-status.ts";
import { present } from "../cluster/present.ts";
import { admissionPart, bindPart } from "./bind.ts";
import type { Choice } from "./choose.ts";
import type { Proposal, ProposalBatch } from "./proposal.ts";
import { tell } from "./tell.ts";
import { admissionTurnstile, bindTurnstiles } from "./turnstiles.ts";
import { isNew, type Needs, type Unbound } from "./unbound.ts";

/** Why an instance has no place: of its conditions Scheduled and Ready. */
export interface Refusal {
  readonly reason: string;
  readonly message: string;
}

export interface ClaimedBind {
  readonly unbound: Unbound;
  readonly needs: Needs;
  readonly choice: Choice;
  /** What the placement gave for the transaction; empty when it has acted already. */
  readonly claim: TransactionPart;
}

/** The bind of architecture 4.4: everything about one instance in one transaction, on top of those in `batch`. */
export async function proposeBind(
  deps: ControllerDeps,
  { unbound, needs, choice, claim }: ClaimedBind,
  batch: ProposalBatch,
): Promise<Proposal> {
  const { view, events, clock } = deps;
  const { facts, spec, record } = unbound;
  const { host } = choice;
  const beside = batch.assignedTo(host.name);
  const bound = bindPart({ view, facts, spec, host, ...needs, record, beside, now: timestamp(clock) });
  // What it was decided by has to be compared as it was then: looking up an event takes time.
  const turnstiles = bindTurnstiles(view, unbound, batch);
  const told = await tell(events, unbound, bound.record);
  const part = joinParts(claim, bound.part, turnstiles, { compares: [], writes: told });
  const { tail } = facts;
  return {
    tail,
    part,
    claim,
    admits: isNew(unbound),
    assigned: bound.assigned,
    ...present({ bound: boundInstance(tail, bound.record) }),
    result: done(),
  };
}

/** That it has no place, and why. */
export function proposeRefusal(
  deps: ControllerDeps,
  unbound: Unbound,
  { reason, message }: Refusal,
  result: Result | Error,
): Promise<Proposal> {
  const { record } = unbound;
  const accepted = { type: INSTANCE_CONDITION.accepted, status: "True", reason: REASON.admitted } as const;
  const status = unplacedStatus({ record, accepted, reason, message, now: timestamp(deps.clock) });
  return proposeRecord(deps, unbound, { ...record, status }, result);
}

/** Architecture 4.5 (a): where we are going to claim is on record before the claim, so nothing is forgotten. */
export function proposeIntent(deps: ControllerDeps, unbound: Unbound, host: string, result: Result): Promise<Proposal> {
  const attempt = (unbound.record.scheduling?.attempt ?? 0) + 1;
  const scheduling = { host, attempt, since: timestamp(deps.clock) };
  return proposeRecord(deps, unbound, { ...unbound.record, scheduling }, result);
}

/** Without writes when the record is so already. */
async function proposeRecord(
  deps: ControllerDeps,
  unbound: Unbound,
  record: StatusRecord<InstanceStatus>,
  result: Result | Error,
): Promise<Proposal> {
  const { facts, spec } = unbound;
  const { tail } = facts;
  if (JSON.stringify(record) === JSON.stringify(facts.status?.value))
    return { tail, part: emptyPart, claim: emptyPart, admits: false, result };
  const told = await tell(deps.events, unbound, record);
  const writes = [{ op: "put", key: statusKey(tail), value: JSON.stringify(record) } as const, ...told];
  const admits = isNew(unbound);
  const turnstile = admits ? admissionTurnstile(deps.view, facts.namespace) : emptyPart;
  const part = joinParts(admissionPart(deps.view, facts, spec), turnstile, { compares: [], writes });
  return { tail, part, claim: emptyPart, admits, result };
}

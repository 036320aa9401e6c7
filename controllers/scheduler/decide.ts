import type { Allocation } from "../../placement/placement.ts";
import { isPlacementError, type PlacementError } from "../../placement/placement-error.ts";
import { COMMON_REASON } from "../../resources/common-conditions.ts";
import { REASON } from "../../resources/instance-status.ts";
import { resourceRequest } from "../../resources/resource-request.ts";
import { TransientError } from "../../runtime/errors.ts";
import { done, type Result } from "../../runtime/result.ts";
import { emptyPart } from "../../store/transaction-part.ts";
import { barred } from "../cluster/barred.ts";
import type { ClusterView } from "../cluster/cluster-view.ts";
import { commit } from "../cluster/commit.ts";
import type { ControllerDeps } from "../cluster/controller-deps.ts";
import { overQuota } from "../cluster/quota.ts";
import type { Beside } from "./beside.ts";
import type { Choice } from "./choose.ts";
import { peersOf } from "./cluster-peers.ts";
import { findHost } from "./find-host.ts";
import type { Refusal } from "./propose.ts";
import { missingTurnstiles, tooManyGroups } from "./turnstiles.ts";
import { isNew, type Needs, readUnbound, resolveNeeds, type Unbound, wishOf } from "./unbound.ts";
import type { WaitingRoom } from "./waiting-room.ts";

/** What is to become of an instance now. */
export type Decision =
  /** It is not the scheduler's. */
  | { readonly do: "leave" }
  /** What it names is being admitted: not worth a word, and it waits in the room. */
  | { readonly do: "await" }
  /** Its namespace takes no more, counting those beside it: that is told by who tells it of everybody. */
  | { readonly do: "leaveBarred" }
  | { readonly do: "refuse"; readonly unbound: Unbound; readonly refusal: Refusal; readonly result: Result | Error }
  | BindDecision
  | RecoverDecision;

export interface BindDecision {
  readonly do: "bind";
  readonly unbound: Unbound;
  readonly needs: Needs;
  readonly choice: Choice;
}
/** A claim was made and the bind was not: somebody died in between. */
export interface RecoverDecision {
  readonly do: "recover";
  readonly unbound: Unbound;
  readonly needs: Needs;
  readonly held: Allocation;
}

export interface DecideDeps extends ControllerDeps {
  /** Who found no place is noted there. */
  readonly room: WaitingRoom;
}

/**
 * The best of so many is good enough: the emptiest of 32 hosts taken at random is among the emptiest tenth of any
 * cluster with 97 % probability. An outside Placement's answer serves many instances and holds every host.
 */
const ENOUGH_HOSTS = 32;

/** Counts on what stands beside it; writes nothing. */
export async function decide(deps: DecideDeps, tail: string, beside: Beside, signal?: AbortSignal): Promise<Decision> {
  const { view, room } = deps;
  const unbound = await readyToDecide(deps, tail);
  if (!unbound) return { do: "leave" };
  if (isFilledUp(view, unbound, beside)) return { do: "leaveBarred" };
  const tooMany = tooManyGroups(unbound);
  if (tooMany !== undefined) return refuse(unbound, { reason: REASON.invalidRequest, message: tooMany });
  const needs = resolveNeeds(view, unbound);
  if (!needs.ok) {
    room.enterAlone(tail, wishOf(unbound));
    return needs.soon ? { do: "await" } : refuse(unbound, needs);
  }
  try {
    return await find(deps, { unbound, needs, beside }, signal);
  } catch (error) {
    if (isPlacementError(error)) return placementSaid(unbound, error);
    throw error;
  }
}

/** With the turnstiles that its terms need; undefined: it is not the scheduler's. */
async function readyToDecide(deps: DecideDeps, tail: string): Promise<Unbound | undefined> {
  const unbound = readUnbound(deps.view, tail);
  const missing = unbound && tooManyGroups(unbound) === undefined ? missingTurnstiles(deps.view, unbound) : emptyPart;
  if (missing.writes.length === 0) return unbound;
  await commit(deps, missing);
  return readUnbound(deps.view, tail);
}

interface Ready {
  readonly unbound: Unbound;
  readonly needs: Needs;
  readonly beside: Beside;
}

async function find(
  { view, placement: books, room }: DecideDeps,
  { unbound, needs, beside }: Ready,
  signal: AbortSignal | undefined,
): Promise<Decision> {
  const placement = books.assuming(beside.claims);
  const wish = wishOf(unbound);
  const held = unbound.record.scheduling && (await placement.allocation(wish.uid, signal));
  if (held) return { do: "recover", unbound, needs, held };
  const told = room.refusalOf(wish) ?? quotaRefusal(view, unbound, beside);
  const peers = peersOf(view, unbound, needs, beside);
  const sample = books.needsIntent ? undefined : ENOUGH_HOSTS;
  const wanted = { wish, image: needs.image?.spec, peers, sample, planned: beside.planned };
  const found = told ? { refusal: told } : await findHost(view, placement, wanted, signal);
  if ("choice" in found) return { do: "bind", unbound, needs, choice: found.choice };
  room.enter(unbound.facts.tail, wish, found.refusal);
  return refuse(unbound, found.refusal);
}

const refuse = (unbound: Unbound, { reason, message }: Refusal): Decision => ({
  do: "refuse",
  unbound,
  refusal: { reason, message },
  result: done(),
});

function isFilledUp(view: ClusterView, unbound: Unbound, beside: Beside): boolean {
  const { facts } = unbound;
  const others = isNew(unbound) ? beside.admittedTo(facts.namespace) : 0;
  return others > 0 && barred(view, facts.tail, others) !== undefined;
}

export function quotaRefusal(view: ClusterView, { facts, wish }: Unbound, beside: Beside): Refusal | undefined {
  const { namespace } = facts;
  const others = beside.boundIn(namespace).map(({ request }) => request);
  const message = overQuota(view, { namespace, beside: others, asked: resourceRequest(wish) });
  return message === undefined ? undefined : { reason: COMMON_REASON.quotaExceeded, message };
}

/** An invalid request is terminal until the spec changes; a lost race is run again; the rest is weather. */
export function placementSaid(unbound: Unbound, error: PlacementError): Decision {
  const { code, message } = error;
  if (code === "InvalidRequest")
    return { do: "refuse", unbound, refusal: { reason: REASON.invalidRequest, message }, result: done() };
  const result = new TransientError(code, message, { cause: error });
  if (code === "Conflict" || code === "NoCapacity") throw result;
  return { do: "refuse", unbound, refusal: { reason: REASON.placementUnreachable, message }, result };
}

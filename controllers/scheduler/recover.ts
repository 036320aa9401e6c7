import type { Allocation } from "../../placement/placement.ts";
import { isPlacementError } from "../../placement/placement-error.ts";
import { statusKey } from "../../resources/keys.ts";
import { TransientError } from "../../runtime/errors.ts";
import { done } from "../../runtime/result.ts";
import { asSeen, commit } from "../cluster/commit.ts";
import type { ControllerDeps } from "../cluster/controller-deps.ts";
import { hypervisorOfProvider } from "../cluster/hypervisor-facts.ts";
import type { Beside } from "./beside.ts";
import { claimedBefore } from "./claimed-before.ts";
import { peersOf } from "./cluster-peers.ts";
import { type DecideDeps, type Decision, decide, quotaRefusal, type RecoverDecision } from "./decide.ts";
import { proposeIntent } from "./propose.ts";
import { readUnbound, type Unbound, wishOf } from "./unbound.ts";

/**
 * What follows from a claim that was made and not bound. What still fits is bound; anything else is given back, and it
 * is decided anew.
 */
export async function recover(
  deps: DecideDeps,
  { unbound, needs, held }: RecoverDecision,
  beside: Beside,
  signal?: AbortSignal,
): Promise<Decision> {
  const { view } = deps;
  const interrupted = { wish: wishOf(unbound), scheduling: unbound.record.scheduling };
  const hostOf = (provider: string) => hypervisorOfProvider(view, provider);
  const choice = claimedBefore(held, interrupted, { hostOf, peers: peersOf(view, unbound, needs, beside) });
  if (choice && !quotaRefusal(view, unbound, beside)) return { do: "bind", unbound, needs, choice };
  await giveBack(deps, unbound, { held, signal });
  return decide(deps, unbound.facts.tail, beside, signal);
}

interface GiveBack {
  /** What was looked at: a claim that somebody made since stays theirs. */
  readonly held: Allocation;
  readonly signal: AbortSignal | undefined;
}

/** After the intent was taken over, so that whoever made it can bind no more. */
async function giveBack(deps: ControllerDeps, unbound: Unbound, { held, signal }: GiveBack): Promise<void> {
  const { view, placement } = deps;
  const { tail } = unbound.facts;
  const intent = await proposeIntent(deps, unbound, unbound.record.scheduling?.host ?? "", done());
  await commit(deps, intent.part);
  const seen = readUnbound(view, tail)?.facts.status;
  const release = await placement.releaseSeen(held, signal).catch((error: unknown) => {
    if (isPlacementError(error)) throw new TransientError(error.code, error.message, { cause: error });
    throw error;
  });
  const guard = { compares: [asSeen(statusKey(tail), seen)], writes: [] };
  if (release.writes.length > 0) await commit(deps, guard, release);
}

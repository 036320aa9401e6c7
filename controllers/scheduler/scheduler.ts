import { isPlacementError } from "../../placement/placement-error.ts";
import type { Result } from "../../runtime/result.ts";
import type { ControllerDeps } from "../cluster/controller-deps.ts";
import { type Answers, BatchWriter } from "./batch-writer.ts";
import { type Decision, decide, placementSaid } from "./decide.ts";
import { OutsideRound } from "./outside-round.ts";
import type { Proposal, ProposalBatch } from "./proposal.ts";
import { proposeBind, proposeRefusal } from "./propose.ts";
import { recover } from "./recover.ts";
import { consumerOf } from "./unbound.ts";

/**
 * Binds unbound instances (architecture section 4), several in one transaction. One batch at a time; correctness rests
 * on the compares alone, so any number of schedulers may be at it.
 */
export class Scheduler {
  readonly #deps: ControllerDeps;
  constructor(deps: ControllerDeps) {
    this.#deps = deps;
  }

  /** What became of each; see ReconcileBatch. */
  async reconcileBatch(tails: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, Result | Error>> {
    const answers: Answers = new Map();
    if (this.#deps.placement.needsIntent) {
      await new OutsideRound(this.#deps, answers, signal).run(tails);
      return answers;
    }
    const writer = new BatchWriter(this.#deps, answers);
    for (const tail of tails) await writer.write(tail, (batch) => this.#propose(tail, batch, signal));
    await writer.flush();
    return answers;
  }

  async #propose(tail: string, batch: ProposalBatch, signal?: AbortSignal): Promise<Proposal | undefined> {
    const books = this.#deps.placement.assuming(batch.claims);
    const first = await decide(this.#deps, tail, batch, signal);
    const decision = first.do === "recover" ? await recover(this.#deps, first, batch, signal) : first;
    if (decision.do !== "bind") return this.#refusal(decision);
    const { unbound, needs, choice } = decision;
    try {
      const claim = await books.claim(consumerOf(unbound), choice.candidate, signal);
      return await proposeBind(this.#deps, { unbound, needs, choice, claim }, batch);
    } catch (error) {
      if (isPlacementError(error)) return this.#refusal(placementSaid(unbound, error));
      throw error;
    }
  }

  async #refusal(decision: Decision): Promise<Proposal | undefined> {
    if (decision.do !== "refuse") return undefined;
    return proposeRefusal(this.#deps, decision.unbound, decision.refusal, decision.result);
  }
}

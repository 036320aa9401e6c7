import { isPlacementError } from "../../placement/placement-error.ts";
import { asError, TransientError } from "../../runtime/errors.ts";
import { done } from "../../runtime/result.ts";
import { emptyPart } from "../../store/transaction-part.ts";
import { STALE } from "../cluster/commit.ts";
import { readHypervisor } from "../cluster/hypervisor-facts.ts";
import { type Answers, BatchWriter } from "./batch-writer.ts";
import { DecidedBinds } from "./beside.ts";
import { type BindDecision, type DecideDeps, type Decision, decide, placementSaid } from "./decide.ts";
import type { Proposal, ProposalBatch } from "./proposal.ts";
import { proposeBind, proposeIntent, proposeRefusal } from "./propose.ts";
import { recover } from "./recover.ts";
import { whyNoMore } from "./still-good.ts";
import { consumerOf, isNew, readUnbound, type Unbound } from "./unbound.ts";

/** Told of each decision, before anything is written. */
export type OnDecision = (tail: string, decision: Decision) => void;

interface RoundParts {
  readonly answers: Answers;
  readonly signal: AbortSignal | undefined;
  readonly onDecision: OnDecision;
  /** True: it is left for the next pass. */
  readonly isOvertaken: (tail: string) => boolean;
}

/**
 * Several instances with a Placement outside (architecture 4.5), step by step together: where each is going to be is
 * decided, put on record, claimed, and bound. Claims are requests of their own, made at the same time.
 */
export class OutsideRound {
  readonly #deps: DecideDeps;
  readonly #answers: Answers;
  readonly #signal: AbortSignal | undefined;
  readonly #onDecision: OnDecision;
  readonly #isOvertaken: RoundParts["isOvertaken"];
  readonly #decided = new DecidedBinds();

  constructor(deps: DecideDeps, { answers, signal, onDecision, isOvertaken }: RoundParts) {
    this.#deps = deps;
    this.#answers = answers;
    this.#signal = signal;
    this.#onDecision = onDecision;
    this.#isOvertaken = isOvertaken;
  }

  async run(tails: readonly string[]): Promise<void> {
    const binds: BindDecision[] = [];
    for (const tail of tails) {
      if (this.#isOvertaken(tail)) continue;
      const bind = await this.#try(tail, () => this.#decide(tail));
      if (bind) binds.push(bind);
    }
    await this.#bind(await this.#claimAll(await this.#intend(binds)));
  }

  /** Undefined: it is not going to be bound now. */
  async #decide(tail: string): Promise<BindDecision | undefined> {
    const first = await decide(this.#deps, tail, this.#decided, this.#signal);
    const decision = first.do === "recover" ? await recover(this.#deps, first, this.#decided, this.#signal) : first;
    this.#onDecision(tail, decision);
    if (decision.do !== "bind") return this.#refuse(decision);
    const { unbound, choice } = decision;
    this.#decided.add({ tail, record: unbound.record, choice, isNew: isNew(unbound) });
    return decision;
  }

  async #refuse(decision: Decision): Promise<undefined> {
    if (decision.do !== "refuse") return;
    const { unbound, refusal, result } = decision;
    const writer = new BatchWriter(this.#deps, this.#answers);
    await writer.write(unbound.facts.tail, () => proposeRefusal(this.#deps, unbound, refusal, result));
    await writer.flush();
  }

  /** Those whose intent is on record now, and not one by which somebody took it over since. */
  async #intend(binds: readonly BindDecision[]): Promise<readonly BindDecision[]> {
    const writer = new BatchWriter(this.#deps, this.#answers);
    for (const { unbound, choice } of binds)
      await writer.write(unbound.facts.tail, () => proposeIntent(this.#deps, unbound, choice.host.name, done()));
    await writer.flush();
    return binds.flatMap((bind) => {
      const { tail } = bind.unbound.facts;
      const isWritten = !(this.#answers.get(tail) instanceof Error);
      const unbound = isWritten ? readUnbound(this.#deps.view, tail) : undefined;
      return unbound && isNextOf(bind.unbound, unbound) ? [{ ...bind, unbound }] : [];
    });
  }

  async #claimAll(binds: readonly BindDecision[]): Promise<readonly BindDecision[]> {
    const claimed = await Promise.all(binds.map((bind) => this.#try(bind.unbound.facts.tail, () => this.#claim(bind))));
    return claimed.filter((bind) => bind !== undefined);
  }

  async #claim(bind: BindDecision): Promise<BindDecision | undefined> {
    const { unbound, choice } = bind;
    try {
      await this.#deps.placement.claim(consumerOf(unbound), choice.candidate, this.#signal);
      return bind;
    } catch (error) {
      if (isPlacementError(error)) return this.#refuse(placementSaid(unbound, error));
      throw error;
    }
  }

  async #bind(binds: readonly BindDecision[]): Promise<void> {
    const writer = new BatchWriter(this.#deps, this.#answers);
    for (const bind of binds) await writer.write(bind.unbound.facts.tail, (batch) => this.#proposeBind(bind, batch));
    await writer.flush();
  }

  /** Others may have been bound since it was decided. Then the claim is given back in the next pass (recover). */
  async #proposeBind(bind: BindDecision, batch: ProposalBatch): Promise<Proposal> {
    const problem = whyNoMore(this.#deps.view, bind, batch);
    if (problem !== undefined) throw new TransientError(STALE, problem);
    // A bind before it has moved the sums of its host.
    const choice = { ...bind.choice, host: readHypervisor(this.#deps.view, bind.choice.host.name) };
    return proposeBind(this.#deps, { ...bind, choice, claim: emptyPart }, batch);
  }

  /** Undefined also when it went wrong, and that is the answer. */
  async #try<T>(tail: string, action: () => Promise<T | undefined>): Promise<T | undefined> {
    try {
      return await action();
    } catch (error) {
      this.#answers.set(tail, asError(error));
      return undefined;
    }
  }
}

/** Each intent counts one more than the one before it. */
const isNextOf = (before: Unbound, after: Unbound): boolean =>
  after.record.scheduling?.attempt === (before.record.scheduling?.attempt ?? 0) + 1;

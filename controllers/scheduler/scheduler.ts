import { isPlacementError } from "../../placement/placement-error.ts";
import { REASON } from "../../resources/instance-status.ts";
import type { Result } from "../../runtime/result.ts";
import type { ControllerDeps } from "../cluster/controller-deps.ts";
import { type Answers, BatchWriter } from "./batch-writer.ts";
import { type DecideDeps, type Decision, decide, placementSaid } from "./decide.ts";
import { type OnDecision, OutsideRound } from "./outside-round.ts";
import { priorityOf } from "./priority-of.ts";
import type { Proposal, ProposalBatch } from "./proposal.ts";
import { proposeBind, proposeRefusal } from "./propose.ts";
import { recover } from "./recover.ts";
import { consumerOf } from "./unbound.ts";
import { WaitingRoom } from "./waiting-room.ts";

export interface SchedulerOptions {
  /** Has an instance looked at (again), after this batch. */
  readonly again: (tail: string) => void;
  /** Has somebody else tell an instance why its namespace does not take it. */
  readonly tellBarred: (tail: string) => void;
}

/**
 * Binds unbound instances (architecture section 4), several in one transaction. One batch at a time; correctness rests
 * on the compares alone, so any number of schedulers may be at it.
 */
export class Scheduler {
  readonly #deps: DecideDeps;
  readonly #options: SchedulerOptions;
  readonly #room = new WaitingRoom();
  #pass: Pass = newPass();

  constructor(deps: ControllerDeps, options: SchedulerOptions) {
    this.#deps = { ...deps, room: this.#room };
    this.#options = options;
  }

  /** Something came free: one of each kind that waits is tried again. */
  wake(): void {
    this.#pass.isWoken = true;
    this.#room.forgetRefusals();
    for (const tail of this.#room.firsts()) this.#options.again(tail);
  }

  /** See WaitingRoom. */
  standing(tail: string): ReturnType<WaitingRoom["standing"]> {
    return this.#room.standing(tail);
  }

  isWaiting(tail: string): boolean {
    return this.#room.has(tail);
  }

  /** What became of each; see ReconcileBatch. */
  async reconcileBatch(tails: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, Result | Error>> {
    const answers: Answers = new Map();
    this.#pass = newPass();
    if (this.#deps.placement.needsIntent) {
      const onDecision: OnDecision = (tail, decision) => this.#note(tail, decision);
      const isOvertaken = (tail: string): boolean => this.#isOvertaken(tail);
      await new OutsideRound(this.#deps, { answers, signal, onDecision, isOvertaken }).run(tails);
    } else {
      const writer = new BatchWriter(this.#deps, answers, () => this.#room.forgetRefusals());
      for (const tail of tails)
        if (!this.#isOvertaken(tail)) await writer.write(tail, (batch) => this.#propose(tail, batch, signal));
      await writer.flush();
    }
    this.#goOn(answers);
    // What is decided on top of a batch on its way does not see what came free since that was made.
    if (this.#pass.isWoken) this.wake();
    return answers;
  }

  async #propose(tail: string, batch: ProposalBatch, signal?: AbortSignal): Promise<Proposal | undefined> {
    const books = this.#deps.placement.assuming(batch.claims);
    const first = await decide(this.#deps, tail, batch, signal);
    const decision = first.do === "recover" ? await recover(this.#deps, first, batch, signal) : first;
    this.#note(tail, decision);
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

  /** Who waits no longer lets the next of its kind try. */
  #note(tail: string, decision: Decision): void {
    this.#pass[decision.do]?.add(tail);
    const next = waitsForRoom(decision) ? undefined : this.#room.leave(tail);
    if (next === undefined) return;
    this.#options.again(next);
    this.#pass.ahead = Math.max(this.#pass.ahead, priorityOf(this.#deps.view, next));
  }

  /** One of a higher priority hopes for room since this pass began: who comes after it is tried after it. */
  #isOvertaken(tail: string): boolean {
    const isOvertaken = priorityOf(this.#deps.view, tail) < this.#pass.ahead;
    if (isOvertaken) this.#options.again(tail);
    return isOvertaken;
  }

  #goOn(answers: Answers): void {
    const { bind, refuse, leaveBarred } = this.#pass;
    for (const tail of leaveBarred) this.#options.tellBarred(tail);
    const isBound = [...bind].some((tail) => !(answers.get(tail) instanceof Error));
    if (isBound) for (const tail of this.#room.hopeful()) this.#options.again(tail);
    if (![...bind].some((tail) => answers.get(tail) instanceof Error)) return;
    // They were refused on top of something that was not written then.
    this.#room.forgetRefusals();
    for (const tail of refuse) if (!(answers.get(tail) instanceof Error)) this.#options.again(tail);
  }

  async #refusal(decision: Decision): Promise<Proposal | undefined> {
    if (decision.do !== "refuse") return undefined;
    return proposeRefusal(this.#deps, decision.unbound, decision.refusal, decision.result);
  }
}

/** Room helps nobody whose request makes no sense: it would stand before its equals for ever. */
const waitsForRoom = (decision: Decision): boolean =>
  decision.do === "await" || (decision.do === "refuse" && decision.refusal.reason !== REASON.invalidRequest);

/** What was decided in one pass. */
type Pass = Readonly<Record<"bind" | "refuse" | "leaveBarred", Set<string>>> & {
  readonly leave?: undefined;
  readonly await?: undefined;
  readonly recover?: undefined;
  /** The highest priority of those that are tried in the next pass. */
  ahead: number;
  /** Something came free since it began. */
  isWoken: boolean;
};
const newPass = (): Pass => ({
  ...{ bind: new Set(), refuse: new Set(), leaveBarred: new Set() },
  ...{ ahead: -Infinity, isWoken: false },
});

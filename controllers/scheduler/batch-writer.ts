import { asError, isTransient } from "../../runtime/errors.ts";
import type { Result } from "../../runtime/result.ts";
import { commit, STALE } from "../cluster/commit.ts";
import type { ControllerDeps } from "../cluster/controller-deps.ts";
import { type Proposal, ProposalBatch } from "./proposal.ts";

/** What became of each instance; see ReconcileBatch. */
export type Answers = Map<string, Result | Error>;

/** Makes a proposal on top of those in the batch, from what stands in the picture now; undefined: nothing to write. */
type Propose = (batch: ProposalBatch) => Promise<Proposal | undefined>;

/**
 * Writes proposals in as few transactions as may be. What goes wrong is the answer of whom it concerns: one that is
 * stale spoils its transaction for all, so each of them is proposed anew and written alone.
 */
export class BatchWriter {
  readonly #deps: ControllerDeps;
  readonly #answers: Answers;
  readonly #made: { readonly tail: string; readonly propose: Propose }[] = [];
  #batch = new ProposalBatch();

  constructor(deps: ControllerDeps, answers: Answers) {
    this.#deps = deps;
    this.#answers = answers;
  }

  async write(tail: string, propose: Propose): Promise<void> {
    if (await this.#add(tail, propose)) return;
    await this.flush();
    // It was made on top of what is now committed.
    await this.#add(tail, propose);
  }

  async flush(): Promise<void> {
    const made = this.#made.splice(0);
    const error = await this.#commit();
    if (error === undefined) return;
    const isSomebodysFault = made.length > 1 && isTransient(error) && error.code === STALE;
    for (const { tail, propose } of made) {
      if (!isSomebodysFault) this.#answers.set(tail, error);
      else if (await this.#add(tail, propose)) await this.flush();
    }
  }

  /** False: it has to wait for the next transaction. */
  async #add(tail: string, propose: Propose): Promise<boolean> {
    try {
      const proposal = await propose(this.#batch);
      if (!proposal) return true;
      if (!this.#batch.add(proposal)) return false;
      this.#made.push({ tail, propose });
    } catch (error) {
      this.#answers.set(tail, asError(error));
    }
    return true;
  }

  async #commit(): Promise<Error | undefined> {
    const { proposals, part } = this.#batch;
    this.#batch = new ProposalBatch();
    try {
      if (part.writes.length > 0) await commit(this.#deps, part);
      for (const { tail, result } of proposals) this.#answers.set(tail, result);
      return undefined;
    } catch (error) {
      return asError(error);
    }
  }
}

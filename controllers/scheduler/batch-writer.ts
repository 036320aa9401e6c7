import { asError, isTransient } from "../../runtime/errors.ts";
import type { Result } from "../../runtime/result.ts";
import type { TransactionPart } from "../../store/transaction-part.ts";
import { type Committed, commit, STALE, send } from "../cluster/commit.ts";
import type { ControllerDeps } from "../cluster/controller-deps.ts";
import { onTopOf } from "./on-top-of.ts";
import { type Proposal, ProposalBatch } from "./proposal.ts";

/** What became of each instance; see ReconcileBatch. */
export type Answers = Map<string, Result | Error>;

/** Makes a proposal on top of those in the batch, from what stands in the picture now; undefined: nothing to write. */
type Propose = (batch: ProposalBatch) => Promise<Proposal | undefined>;

interface Made {
  readonly tail: string;
  readonly propose: Propose;
}

/** A batch that is being written. */
interface Flight {
  readonly batch: ProposalBatch;
  readonly made: readonly Made[];
  readonly part: TransactionPart;
  /** Undefined: there was nothing to write. */
  readonly outcome: Promise<Committed | Error | undefined>;
}

/**
 * Writes proposals in as few transactions as may be. While one is being written the next one is made on top of it, and
 * sent when it is known that the first one stands (decision 0180). What goes wrong is the answer of whom it concerns: one
 * that is stale spoils its transaction for all, so each of them is proposed anew and written alone; and what was made on
 * top of it is made anew.
 */
export class BatchWriter {
  readonly #deps: ControllerDeps;
  readonly #answers: Answers;
  readonly #onFailed: () => void;
  #made: Made[] = [];
  #batch = new ProposalBatch();
  #flight: Flight | undefined;

  /** `onFailed`: told before anything is proposed anew: what was decided by what did not come to stand is void. */
  constructor(deps: ControllerDeps, answers: Answers, onFailed: () => void = () => {}) {
    this.#deps = deps;
    this.#answers = answers;
    this.#onFailed = onFailed;
  }

  async write(tail: string, propose: Propose): Promise<void> {
    if (this.#batch.isFull) await this.#send();
    // What did not fit is made anew, on top of what is on its way.
    while (!(await this.#add({ tail, propose }))) await this.#send();
  }

  /** Resolves when all of it is written and the picture shows it. */
  async flush(): Promise<void> {
    while (this.#made.length > 0) await this.#send();
    await this.#land();
  }

  /** False: it has to wait for the next transaction. */
  async #add(each: Made): Promise<boolean> {
    try {
      const proposal = await each.propose(this.#batch);
      if (!proposal) return true;
      if (!this.#batch.add(proposal)) return false;
      this.#made.push(each);
    } catch (error) {
      this.#answers.set(each.tail, asError(error));
    }
    return true;
  }

  /** The batch goes on its way, unless that below it failed: then it is made anew. */
  async #send(): Promise<void> {
    const below = this.#flight;
    const stands = await below?.outcome;
    const made = this.#begin();
    if (stands instanceof Error) {
      await this.#land();
      for (const { tail, propose } of made.made) await this.write(tail, propose);
      return;
    }
    const part = below && stands ? onTopOf(made.batch.part, below.part, stands.revision) : made.batch.part;
    const outcome = part.writes.length > 0 ? send(this.#deps, part).catch(asError) : Promise.resolve(undefined);
    // It was made on top of what is on its way, and the next one is made on top of it alone.
    await this.#land();
    this.#flight = { ...made, part, outcome };
    this.#batch = new ProposalBatch({ batch: made.batch, isSeen: this.#isSeen });
  }

  /** What is on its way has arrived: the picture shows it, or whom its failure concerns has heard of it. */
  async #land(): Promise<void> {
    const flight = this.#flight;
    if (!flight) return;
    this.#flight = undefined;
    const outcome = await flight.outcome;
    const error = outcome instanceof Error ? outcome : await outcome?.seen().then(() => undefined, asError);
    if (error) return this.#failed(flight.made, error);
    for (const { tail, result } of flight.batch.proposals) this.#answers.set(tail, result);
  }

  async #failed(made: readonly Made[], error: Error): Promise<void> {
    this.#onFailed();
    const isSomebodysFault = made.length > 1 && isTransient(error) && error.code === STALE;
    for (const each of made) {
      if (isSomebodysFault) await this.#writeAlone(each);
      else this.#answers.set(each.tail, error);
    }
  }

  async #writeAlone({ tail, propose }: Made): Promise<void> {
    try {
      const proposal = await propose(new ProposalBatch());
      if (!proposal) return;
      if (proposal.part.writes.length > 0) await commit(this.#deps, proposal.part);
      this.#answers.set(tail, proposal.result);
    } catch (error) {
      this.#answers.set(tail, asError(error));
    }
  }

  /** Begins an empty batch; returns the one that was open. */
  #begin(): Pick<Flight, "batch" | "made"> {
    const open = { batch: this.#batch, made: this.#made };
    this.#batch = new ProposalBatch();
    this.#made = [];
    return open;
  }

  #isSeen = ({ tail, bound }: Proposal): boolean => {
    const record = this.#deps.view.status(tail)?.value;
    return (bound ? record?.binding : record?.uid) !== undefined;
  };
}

import type { AssignedInstance } from "../../resources/assignment.ts";
import { parseTail } from "../../resources/keys.ts";
import type { Result } from "../../runtime/result.ts";
import { emptyPart, joinParts, type TransactionPart } from "../../store/transaction-part.ts";
import type { BoundInstance } from "../cluster/bound-index.ts";
import type { Beside } from "./beside.ts";

/** What is to be written about one instance. */
export interface Proposal {
  readonly tail: string;
  readonly part: TransactionPart;
  /** What of it concerns Placement's books. */
  readonly claim: TransactionPart;
  /** One object more for its namespace. */
  readonly admits: boolean;
  /** What its host will have been told, and what others will see of it. */
  readonly assigned?: AssignedInstance;
  readonly bound?: BoundInstance;
  /** When to look again once it is written, or what went wrong nevertheless. */
  readonly result: Result | Error;
}

/**
 * The store takes 96 operations in a list and 512 KiB (store.ts, `TooLarge`); one compare is the leader's own. Larger
 * batches would not be faster: the time goes into the decisions.
 */
const MAX_OPERATIONS = 95;
const MAX_BYTES = 400 * 1024;

/** Proposals that go into one transaction, each made on top of those before it. */
export class ProposalBatch implements Beside {
  readonly proposals: Proposal[] = [];
  #joined = emptyPart;
  #claims = emptyPart;
  #bytes = 0;

  get part(): TransactionPart {
    return this.#joined;
  }

  get claims(): TransactionPart {
    return this.#claims;
  }

  /** What a host is told by this batch. */
  assignedTo(host: string): readonly AssignedInstance[] {
    return this.proposals.flatMap(({ assigned }) => (assigned?.hypervisor === host ? [assigned] : []));
  }

  boundIn(namespace: string): readonly BoundInstance[] {
    return this.proposals.flatMap(({ bound }) => (bound?.namespace === namespace ? [bound] : []));
  }

  admittedTo(namespace: string): number {
    return this.proposals.filter(({ tail, admits }) => admits && parseTail(tail)?.namespace === namespace).length;
  }

  /** False: it does not fit any more, and nothing was changed. The first one always fits: the store judges it. */
  add(proposal: Proposal): boolean {
    const joined = joinParts(this.#joined, proposal.part);
    const bytes = this.#bytes + bytesOf(proposal.part);
    const tooMany = joined.compares.length > MAX_OPERATIONS || joined.writes.length > MAX_OPERATIONS;
    if (this.proposals.length > 0 && (tooMany || bytes > MAX_BYTES)) return false;
    this.proposals.push(proposal);
    this.#joined = joined;
    this.#claims = joinParts(this.#claims, proposal.claim);
    this.#bytes = bytes;
    return true;
  }
}

const bytesOf = ({ writes }: TransactionPart): number =>
  writes.reduce((sum, write) => sum + write.key.length + ("value" in write ? write.value.length : 0), 0);

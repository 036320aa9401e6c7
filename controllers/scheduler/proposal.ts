import type { AssignedInstance } from "../../resources/assignment.ts";
import { PREFIX, parseTail } from "../../resources/keys.ts";
import type { Result } from "../../runtime/result.ts";
import { JoinedParts, type TransactionPart } from "../../store/transaction-part.ts";
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

/** A batch that is being written while the next one is made. */
export interface Below {
  readonly batch: ProposalBatch;
  /** Whether the picture holds what was proposed by now: then it is counted there. */
  readonly isSeen: (proposal: Proposal) => boolean;
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
  readonly below: Below | undefined;
  readonly #joined = new JoinedParts();
  readonly #claims = new JoinedParts();
  #claimed: TransactionPart | undefined;
  #bytes = 0;
  /** Of the largest proposal. */
  #most = { compares: 0, writes: 0 };

  constructor(below?: Below) {
    this.below = below;
    if (below) this.#claims.add(below.batch.ownClaims);
  }

  get part(): TransactionPart {
    return this.#joined.part();
  }

  /** The same object until there are more: what is made from it can be kept. */
  get claims(): TransactionPart {
    this.#claimed ??= this.#claims.part();
    return this.#claimed;
  }

  /** Without those of the batch below. */
  get ownClaims(): TransactionPart {
    const claims = new JoinedParts();
    for (const { claim } of this.proposals) claims.add(claim);
    return claims.part();
  }

  /** Whether one that is as large as the largest would not fit any more. */
  get isFull(): boolean {
    const { compares, writes } = this.#joined.size;
    return compares + this.#most.compares > MAX_OPERATIONS || writes + this.#most.writes > MAX_OPERATIONS;
  }

  /** What a host is told by this batch. */
  assignedTo(host: string): readonly AssignedInstance[] {
    return this.#pending().flatMap(({ assigned }) => (assigned?.hypervisor === host ? [assigned] : []));
  }

  boundIn(namespace: string): readonly BoundInstance[] {
    return this.#pending().flatMap(({ bound }) => (bound?.namespace === namespace ? [bound] : []));
  }

  admittedTo(namespace: string): number {
    return this.#pending().filter(({ tail, admits }) => admits && parseTail(tail)?.namespace === namespace).length;
  }

  /** False: it does not fit any more, and nothing was changed. The first one always fits: the store judges it. */
  add(proposal: Proposal): boolean {
    const { part, claim } = proposal;
    const bytes = this.#bytes + bytesOf(part);
    const before = this.#joined.size;
    const { compares, writes } = this.#joined.sizeWith(part);
    const tooMany = compares > MAX_OPERATIONS || writes > MAX_OPERATIONS;
    if (this.proposals.length > 0 && (tooMany || bytes > MAX_BYTES || this.#isRival(part))) return false;
    this.proposals.push(proposal);
    this.#joined.add(part);
    this.#claims.add(claim);
    this.#claimed = undefined;
    this.#bytes = bytes;
    this.#most = {
      compares: Math.max(this.#most.compares, compares - before.compares),
      writes: Math.max(this.#most.writes, writes - before.writes),
    };
    return true;
  }

  /** Two objects that say the same uid of themselves: the second one is judged by what the first one has written. */
  #isRival({ writes }: TransactionPart): boolean {
    return writes.some(({ key }) => key.startsWith(PREFIX.uids) && this.#joined.hasWrite(key));
  }

  #pending(): readonly Proposal[] {
    if (!this.below) return this.proposals;
    const { batch, isSeen } = this.below;
    return [...batch.proposals.filter((proposal) => !isSeen(proposal)), ...this.proposals];
  }
}

const bytesOf = ({ writes }: TransactionPart): number =>
  writes.reduce((sum, write) => sum + write.key.length + ("value" in write ? write.value.length : 0), 0);

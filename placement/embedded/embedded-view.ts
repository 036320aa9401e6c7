import type { TransactionPart } from "../../store/transaction-part.ts";
import type {
  Allocation,
  Candidate,
  Candidates,
  CandidatesRequest,
  Consumer,
  Explained,
  ExplainRequest,
  PlacementView,
} from "../placement.ts";
import { explainCandidates, findCandidates } from "./candidates.ts";
import { claimPart, heldBy, releasePart, releaseSeenPart, resizePart } from "./change-allocation.ts";
import { allocationSlot, assumingPicture, type Picture } from "./picture.ts";

/** The engine behind the contract's asynchronous face: every answer is computed at once, from one picture. */
export class EmbeddedView implements PlacementView {
  readonly #picture: Picture;
  readonly #consumerType: string;

  constructor(picture: Picture, consumerType: string) {
    this.#picture = picture;
    this.#consumerType = consumerType;
  }

  async candidates(request: CandidatesRequest, signal?: AbortSignal): Promise<Candidates> {
    signal?.throwIfAborted();
    return findCandidates(this.#picture, request);
  }

  async explain({ query, without }: ExplainRequest, signal?: AbortSignal): Promise<Explained> {
    signal?.throwIfAborted();
    const picture = this.#picture;
    return explainCandidates(
      without === undefined ? picture : assumingPicture(picture, releasePart(picture, without)),
      query,
    );
  }

  async claim(consumer: Consumer, candidate: Candidate, signal?: AbortSignal): Promise<TransactionPart> {
    signal?.throwIfAborted();
    return claimPart(this.#picture, consumer, candidate, this.#consumerType);
  }

  async resize(consumer: Consumer, candidate: Candidate, signal?: AbortSignal): Promise<TransactionPart> {
    signal?.throwIfAborted();
    return resizePart(this.#picture, consumer, candidate, this.#consumerType);
  }

  async release(consumer: string, signal?: AbortSignal): Promise<TransactionPart> {
    signal?.throwIfAborted();
    return releasePart(this.#picture, consumer);
  }

  async releaseSeen(seen: Allocation, signal?: AbortSignal): Promise<TransactionPart> {
    signal?.throwIfAborted();
    return releaseSeenPart(this.#picture, seen);
  }

  async allocation(consumer: string): Promise<Allocation | undefined> {
    const record = allocationSlot(this.#picture, consumer).value;
    return record && { consumer, generation: record.generation, allocations: heldBy(record) };
  }
}

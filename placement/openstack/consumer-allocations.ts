import { isDeepStrictEqual } from "node:util";
import { checkClaim } from "../check-request.ts";
import type { Allocation, Allocations, Candidate, Consumer } from "../placement.ts";
import { PlacementError } from "../placement-error.ts";
import { AllocationDocument, ProviderDocument } from "./documents.ts";
import type { Answer, PlacementApi } from "./placement-api.ts";
import { mapValues } from "./provider-documents.ts";
import { answerError, isConcurrentUpdate } from "./translate-error.ts";

/** Of a consumer's own generation, lost or found; the server repeats provider races itself before it says 409. */
const MAX_ATTEMPTS = 6;

/** What a consumer holds, with what is needed to write it again. */
interface Held extends Allocation {
  readonly project: string;
  readonly user: string;
  readonly type: string;
}

/** Reads and writes /allocations/<consumer>. Every write may be the repetition of one whose reply was lost. */
export class ConsumerAllocations {
  readonly #api: PlacementApi;
  readonly #type: string;

  constructor(api: PlacementApi, consumerType: string) {
    this.#api = api;
    this.#type = consumerType;
  }

  /** Placement answers 200 and `{}` for a consumer it never heard of (P4). */
  async held(consumer: string, signal?: AbortSignal): Promise<Held | undefined> {
    const document = await this.#api.get(`/allocations/${consumer}`, AllocationDocument, signal);
    if (!document || Object.keys(document.allocations).length === 0) return undefined;
    return {
      consumer,
      generation: document.consumer_generation ?? 0,
      allocations: mapValues(document.allocations, ({ resources }) => resources),
      project: document.project_id ?? "",
      user: document.user_id ?? "",
      type: document.consumer_type ?? "unknown",
    };
  }

  isOurs = (held: Held): boolean => held.type === this.#type;

  /**
   * A consumer without allocations has no row and wants generation null; but a failed PUT may have left its row
   * behind, which wants 0 and cannot be seen (P5). So null and 0 are tried in turn while nothing is held. What is held
   * already is put again: its generation moves, and who saw the old one releases nothing (decision 0082).
   */
  async claim(consumer: Consumer, { allocations }: Candidate, signal?: AbortSignal): Promise<void> {
    checkClaim(consumer, { provider: "", allocations });
    let generation: number | null = null;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const answer = await this.#put(consumer, allocations, generation, signal);
      if (answer.status < 300) return;
      if (!isConcurrentUpdate(answer)) return this.#refused(allocations, answer, signal);
      const held = await this.held(consumer.uuid, signal);
      if (held && !(this.isOurs(held) && isDeepStrictEqual(held.allocations, allocations)))
        throw new PlacementError("Conflict", `consumer ${consumer.uuid} already has an allocation`);
      generation = held ? held.generation : otherThan(generation);
    }
    throw new PlacementError("Conflict", `consumer ${consumer.uuid} could not be claimed for: generations kept moving`);
  }

  async resize(consumer: Consumer, { allocations }: Candidate, signal?: AbortSignal): Promise<void> {
    checkClaim(consumer, { provider: "", allocations });
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const held = await this.held(consumer.uuid, signal);
      if (!held) throw new PlacementError("Conflict", `consumer ${consumer.uuid} has no allocation to resize`);
      this.#refuseForeign(held);
      const wanted = { ...held.allocations, ...allocations };
      if (isDeepStrictEqual(held.allocations, wanted)) return;
      const answer = await this.#put(consumer, wanted, held.generation, signal);
      if (answer.status < 300) return;
      if (!isConcurrentUpdate(answer)) return this.#refused(wanted, answer, signal);
    }
    throw new PlacementError("Conflict", `consumer ${consumer.uuid} kept changing`);
  }

  /** False when nothing was held. PUT with the generation, so that a newer claim is not taken away with an old one. */
  async release(consumer: string, signal?: AbortSignal): Promise<boolean> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const held = await this.held(consumer, signal);
      if (!held) return attempt > 0;
      this.#refuseForeign(held);
      const answer = await this.#put({ ...held, uuid: consumer }, {}, held.generation, signal);
      if (answer.status < 300) return true;
      if (!isConcurrentUpdate(answer)) throw answerError(`release of ${consumer}`, answer);
    }
    throw new PlacementError("Conflict", `consumer ${consumer} kept changing`);
  }

  /** False when nothing is held any more. The server itself compares the generation. */
  async releaseSeen(seen: Allocation, signal?: AbortSignal): Promise<boolean> {
    const { consumer, generation, allocations } = seen;
    const held = await this.held(consumer, signal);
    if (!held) return false;
    this.#refuseForeign(held);
    if (held.generation !== generation || !isDeepStrictEqual(held.allocations, allocations)) throw changed(consumer);
    const answer = await this.#put({ ...held, uuid: consumer }, {}, generation, signal);
    if (answer.status < 300) return true;
    throw isConcurrentUpdate(answer) ? changed(consumer) : answerError(`release of ${consumer}`, answer);
  }

  #put(consumer: Consumer, allocations: Allocations, generation: number | null, signal?: AbortSignal): Promise<Answer> {
    const body = {
      allocations: mapValues(allocations, (resources) => ({ resources })),
      project_id: consumer.project,
      user_id: consumer.user,
      consumer_generation: generation,
      consumer_type: this.#type,
    };
    return this.#api.send("PUT", `/allocations/${consumer.uuid}`, body, signal);
  }

  /** A provider that vanished since the candidates were asked for is a lost race, though Placement calls it 400. */
  async #refused(allocations: Allocations, answer: Answer, signal: AbortSignal | undefined): Promise<never> {
    for (const uuid of answer.status === 400 ? Object.keys(allocations) : []) {
      if (!(await this.#api.get(`/resource_providers/${uuid}`, ProviderDocument, signal)))
        throw new PlacementError("Conflict", `provider ${uuid} is gone`);
    }
    throw answerError("claim", answer, "NoCapacity");
  }

  #refuseForeign(held: Held): void {
    if (this.isOurs(held)) return;
    throw new PlacementError("Conflict", `consumer ${held.consumer} is of type ${held.type}, not ${this.#type}`);
  }
}

/** While nothing is held: with no row at all, or with one that a failed PUT left behind. */
const otherThan = (generation: number | null): number | null => (generation === null ? 0 : null);

const changed = (consumer: string): PlacementError =>
  new PlacementError("Conflict", `consumer ${consumer} has changed since it was looked at`);

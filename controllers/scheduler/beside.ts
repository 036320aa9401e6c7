import { sumOf } from "../../placement/claimed-from.ts";
import type { Allocations } from "../../placement/placement.ts";
import { parseTail } from "../../resources/keys.ts";
import { emptyPart, type TransactionPart } from "../../store/transaction-part.ts";
import { type BoundInstance, boundInstance } from "../cluster/bound-index.ts";
import type { BindDecision } from "./decide.ts";

/** What is decided and not yet to be seen in the picture: the next decision counts on it. */
export interface Beside {
  /** What Placement's books will hold more than now. */
  readonly claims: TransactionPart;
  /** What is going to be claimed from a Placement that knows nothing of it yet. */
  readonly planned?: Allocations;
  /** Who of a namespace will have a host. */
  boundIn(namespace: string): readonly BoundInstance[];
  /** How many objects more a namespace will have. */
  admittedTo(namespace: string): number;
}

/** Decisions that were made one after the other, of which nothing is written yet. */
export class DecidedBinds implements Beside {
  readonly claims = emptyPart;
  planned: Allocations = {};
  readonly #bound: BoundInstance[] = [];
  readonly #admitted: string[] = [];

  add({ unbound, choice }: BindDecision): void {
    const { tail, status } = unbound.facts;
    this.planned = sumOf(this.planned, choice.candidate.allocations);
    const binding = { hypervisor: choice.host.name, epoch: 1, boundAt: "" };
    const bound = boundInstance(tail, { ...unbound.record, binding });
    if (bound) this.#bound.push(bound);
    if (status?.value.uid === undefined) this.#admitted.push(tail);
  }

  boundIn(namespace: string): readonly BoundInstance[] {
    return this.#bound.filter((bound) => bound.namespace === namespace);
  }

  admittedTo(namespace: string): number {
    return this.#admitted.filter((tail) => parseTail(tail)?.namespace === namespace).length;
  }
}

import { sumOf } from "../../placement/claimed-from.ts";
import type { Allocations } from "../../placement/placement.ts";
import { parseTail } from "../../resources/keys.ts";
import type { StatusRecord } from "../../resources/status-record.ts";
import { emptyPart, joinParts, type TransactionPart } from "../../store/transaction-part.ts";
import { type BoundInstance, boundInstance } from "../cluster/bound-index.ts";
import type { Choice } from "./choose.ts";

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

/** Of one instance: where it would be, and whether it is new to its namespace. */
export interface DecidedBind {
  readonly tail: string;
  readonly record: StatusRecord;
  readonly choice: Choice;
  readonly isNew: boolean;
}

/** Decisions that were made one after the other, of which nothing is written yet. */
export class DecidedBinds implements Beside {
  claims: TransactionPart = emptyPart;
  planned: Allocations = {};
  readonly #bound: BoundInstance[] = [];
  readonly #admitted: string[] = [];

  /** `claim`: what an engine of ours would write for it; absent: it is asked of a Placement outside. */
  add({ tail, record, choice, isNew }: DecidedBind, claim?: TransactionPart): void {
    if (claim) this.claims = joinParts(this.claims, claim);
    else this.planned = sumOf(this.planned, choice.candidate.allocations);
    const binding = { hypervisor: choice.host.name, epoch: 1, boundAt: "" };
    const bound = boundInstance(tail, { ...record, binding });
    if (bound) this.#bound.push(bound);
    if (isNew) this.#admitted.push(tail);
  }

  boundIn(namespace: string): readonly BoundInstance[] {
    return this.#bound.filter((bound) => bound.namespace === namespace);
  }

  admittedTo(namespace: string): number {
    return this.#admitted.filter((tail) => parseTail(tail)?.namespace === namespace).length;
  }
}

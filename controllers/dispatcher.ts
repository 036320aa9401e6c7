import { COMMON_REASON } from "../resources/common-conditions.ts";
import { type Condition, findCondition } from "../resources/conditions.ts";
import { REASON } from "../resources/instance-status.ts";
import { PREFIX } from "../resources/keys.ts";
import { DEFAULT_NAMESPACE } from "../resources/namespace.ts";
import { hasTrouble } from "./cluster/allocated-condition.ts";
import type { ClusterView } from "./cluster/cluster-view.ts";
import { isInstanceTail, isUnbound, readInstance } from "./cluster/instance-facts.ts";
import { route, routeHost, routeOwn, routeOwner, type Target } from "./route.ts";
import type { Queues } from "./start-queues.ts";

/** Sends keys to the queues they concern. */
export class Dispatcher {
  readonly #view: ClusterView;
  readonly #queues: Queues;

  constructor(view: ClusterView, queues: Queues) {
    this.#view = view;
    this.#queues = queues;
  }

  changed(key: string): void {
    this.send(route(this.#view, key));
  }

  /** Something that names this owner, or did so before, changed. */
  ownerTouched(uid: string): void {
    this.send(routeOwner(this.#view, uid));
  }

  /** A host appeared or fell silent. */
  hostFlipped(host: string): void {
    this.send(routeHost(this.#view, host));
  }

  send(targets: readonly Target[]): void {
    for (const target of targets) {
      if (target.to === "waiting") this.#wakeWaiting();
      else this.#queues[target.to].enqueue(target.key);
      if (target.to === "instance") this.#queues.scheduler.enqueue(target.key);
    }
  }

  /** Looks at everything again: what was missed, and what time alone changes. */
  everything(): void {
    this.#queues.namespace.enqueue(DEFAULT_NAMESPACE);
    this.#queues.providers.enqueue("all");
    for (const prefix of [PREFIX.spec, PREFIX.status, PREFIX.observed, PREFIX.reviews])
      for (const key of this.#view.keysUnder(prefix)) this.changed(key);
    for (const seen of this.#view.all("status", "status/cluster/hypervisors/"))
      this.#queues.allocations.enqueue(seen.key.slice("status/cluster/hypervisors/".length));
  }

  /**
   * Room may have appeared: for what has no place yet, for what wanted to grow, and in a namespace for what is over its
   * limit.
   */
  #wakeWaiting(): void {
    for (const seen of this.#view.all("spec", "spec/ns/")) {
      const tail = seen.key.slice(PREFIX.spec.length);
      if (waitsForRoom(this.#view.status(tail)?.value.status)) this.send(routeOwn(tail));
      if (!isInstanceTail(tail)) continue;
      const facts = readInstance(this.#view, tail);
      const conditions = facts.status?.value.status.conditions;
      if (isUnbound(facts) && !isTerminal(conditions)) this.#queues.scheduler.enqueue(tail);
      if (facts.bar) this.#queues.instance.enqueue(tail);
      if (hasTrouble(conditions, REASON.noCapacity)) this.#queues.instance.enqueue(tail);
    }
  }
}

/** Kept out by its namespace, or a set that could not make an instance. */
const waitsForRoom = (status: unknown): boolean => {
  const { conditions } = (status ?? {}) as { readonly conditions?: readonly Condition[] };
  return conditions?.some(({ reason }) => KEPT_OUT.has(reason)) ?? false;
};
const KEPT_OUT: ReadonlySet<string> = new Set([COMMON_REASON.quotaExceeded, COMMON_REASON.namespaceTerminating]);

/** An invalid request waits for a change of its spec, which wakes it by itself. */
const isTerminal = (conditions: Parameters<typeof findCondition>[0]): boolean =>
  findCondition(conditions, "Scheduled")?.reason === REASON.invalidRequest;

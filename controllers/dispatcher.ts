import { PREFIX } from "../resources/keys.ts";
import { DEFAULT_NAMESPACE } from "../resources/namespace.ts";
import type { Clock } from "../runtime/clock.ts";
import type { ClusterView } from "./cluster/cluster-view.ts";
import { isInstance, route, routeAlone, routeHost, routeOwn, routeOwner, type Target } from "./route.ts";
import type { Queues } from "./start-queues.ts";
import { SumsNews } from "./sums-news.ts";
import type { WaitingIndex } from "./waiting-index.ts";

interface DispatcherParts {
  readonly view: ClusterView;
  readonly queues: Queues;
  /** Who else waits for room. */
  readonly waiting: WaitingIndex;
  readonly clock: Clock;
}

/** Sends keys to the queues they concern. */
export class Dispatcher {
  readonly #view: ClusterView;
  readonly #queues: Queues;
  readonly #waiting: WaitingIndex;
  readonly #clock: Clock;
  readonly #sums: SumsNews;
  #cancelWake: (() => void) | undefined;

  constructor({ view, queues, waiting, clock }: DispatcherParts) {
    this.#view = view;
    this.#queues = queues;
    this.#waiting = waiting;
    this.#clock = clock;
    this.#sums = new SumsNews(view);
  }

  stop(): void {
    this.#cancelWake?.();
  }

  changed(key: string): void {
    if (!this.#sums.isAll(key)) this.send(route(this.#view, key));
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
      if (target.to === "instance") this.#schedule(target.key);
    }
  }

  /** What has a host is the scheduler's only while it waits there: somebody else has bound it then. */
  #schedule(tail: string): void {
    const { scheduler } = this.#queues;
    if (!this.#view.status(tail)?.value.binding || scheduler.isWaiting(tail)) scheduler.enqueue(tail);
  }

  /** Looks at everything again: what was missed, and what time alone changes. */
  everything(): void {
    this.#queues.namespace.enqueue(DEFAULT_NAMESPACE);
    this.#queues.providers.enqueue("all");
    this.unboundFirst();
    for (const prefix of [PREFIX.spec, PREFIX.status, PREFIX.observed, PREFIX.reviews])
      for (const key of this.#view.keysUnder(prefix)) this.send(routeAlone(this.#view, key));
    this.send([{ to: "waiting" }]);
    for (const seen of this.#view.all("status", "status/cluster/hypervisors/"))
      this.#queues.allocations.enqueue(seen.key.slice("status/cluster/hypervisors/".length));
  }

  /** Who has no host does not wait until those that have one are looked at. */
  unboundFirst(): void {
    for (const key of this.#view.keysUnder(PREFIX.spec)) {
      const tail = key.slice(PREFIX.spec.length);
      if (isInstance(tail) && !this.#view.status(tail)?.value.binding) this.#queues.scheduler.enqueue(tail);
    }
  }

  /** Room may have appeared. Many such news at once are one. */
  #wakeWaiting(): void {
    this.#cancelWake ??= this.#clock.after(WAKE_MS, () => {
      this.#cancelWake = undefined;
      for (const tail of this.#waiting.tails) this.send(routeOwn(tail));
      this.#queues.scheduler.wake();
    });
  }
}

/** So long news of room are collected: a thousand deletions are not a thousand looks at all that waits. */
const WAKE_MS = 50;

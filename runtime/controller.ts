import type { Backoff } from "./backoff.ts";
import type { Clock } from "./clock.ts";
import { isTerminal, isTransient } from "./errors.ts";
import type { Log } from "./log.ts";
import { type Metrics, noMetrics } from "./metrics.ts";
import type { Result } from "./result.ts";
import { WorkQueue } from "./work-queue.ts";

export interface ReconcileContext {
  /** Aborts when the controller stops: what waits gives up, what is half done is left to the next start. */
  readonly signal: AbortSignal;
  /** Carries controller, key and reconcileId. */
  readonly log: Log;
}

/**
 * Makes the world agree with what is stored under a key, starting from the present state alone: the key says where
 * to look, not what happened, and its object may be gone. Returns when to look again; throws TerminalError when
 * only a change of the object can help (it should have said so in a condition), TransientError when the outside
 * was not ready; anything else thrown is a defect, retried loudly.
 */
export type Reconcile = (key: string, context: ReconcileContext) => Promise<Result>;

export interface ControllerOptions {
  readonly name: string;
  readonly reconcile: Reconcile;
  readonly clock: Clock;
  readonly log: Log;
  /** Passes at a time, over different keys; one key never has two. */
  readonly concurrency: number;
  readonly backoff: Backoff;
  readonly metrics?: Metrics;
}

export interface Controller {
  enqueue(key: string): void;
  enqueueAfter(key: string, ms: number): void;
  /** Takes no more keys, aborts the passes' signal, resolves when the last pass has ended. Twice: the same wait. */
  stop(): Promise<void>;
  /** For tests: resolves when nothing is queued and nothing runs. Delayed keys do not count. */
  idle(): Promise<void>;
}

export function startController(options: ControllerOptions): Controller {
  const loop = new ControllerLoop(options);
  const workers = Array.from({ length: options.concurrency }, () => loop.work());
  return {
    enqueue: (key) => loop.queue.add(key),
    enqueueAfter: (key, ms) => loop.queue.addAfter(key, ms),
    stop: async () => {
      loop.stop();
      await Promise.all(workers);
    },
    idle: () => loop.queue.idle(),
  };
}

type Outcome = Result | { readonly kind: "terminal" | "transient" | "failed" | "stopped"; readonly error: unknown };

/** A transient trouble that lasted this many passes is worth a line that people see. */
const LASTING_FAILURES = 5;

const DURATION_BUCKETS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100];

class ControllerLoop {
  readonly queue: WorkQueue;
  readonly #options: ControllerOptions;
  readonly #log: Log;
  readonly #stopping = new AbortController();
  readonly #figures: ReturnType<typeof controllerFigures>;
  #passes = 0;

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#log = options.log.child({ controller: options.name });
    this.#figures = controllerFigures(options.metrics ?? noMetrics, options.name);
    this.queue = new WorkQueue(options.clock);
  }

  stop(): void {
    this.queue.shutdown();
    this.#stopping.abort();
  }

  /** One worker: key after key until the queue is shut down. */
  async work(): Promise<void> {
    for (let key = await this.queue.take(); key !== undefined; key = await this.queue.take()) {
      await this.#pass(key);
    }
  }

  async #pass(key: string): Promise<void> {
    const { clock } = this.#options;
    const log = this.#log.child({ key, reconcileId: ++this.#passes });
    const startedAt = clock.monotonic();
    const outcome = await this.#attempt(key, log);
    this.#figures.ended(outcome.kind, (clock.monotonic() - startedAt) / 1000, this.queue.length);
    this.#settle(key, outcome, log);
    this.queue.done(key);
  }

  /** Never rejects: whatever a reconciler throws, synchronously too, is an outcome. */
  async #attempt(key: string, log: Log): Promise<Outcome> {
    try {
      return await this.#options.reconcile(key, { signal: this.#stopping.signal, log });
    } catch (error) {
      if (this.#stopping.signal.aborted) return { kind: "stopped", error };
      if (isTerminal(error)) return { kind: "terminal", error };
      return { kind: isTransient(error) ? "transient" : "failed", error };
    }
  }

  /** The whole fate of a key. */
  #settle(key: string, outcome: Outcome, log: Log): void {
    const { backoff } = this.#options;
    switch (outcome.kind) {
      case "done":
        backoff.forget(key);
        break;
      case "requeueAfter":
        backoff.forget(key);
        log.debug({ ms: outcome.ms, reason: outcome.reason }, "will look again");
        this.queue.addAfter(key, outcome.ms);
        break;
      case "terminal":
        backoff.forget(key);
        log.warn({ error: outcome.error }, "giving up until the object changes");
        break;
      case "transient":
        this.#retry(key, outcome.error, log);
        break;
      case "failed": {
        const ms = backoff.next(key);
        log.error({ error: outcome.error, retryInMs: ms }, "reconcile failed");
        this.queue.addAfter(key, ms);
        break;
      }
      case "stopped":
        log.debug({ error: outcome.error }, "interrupted by stop");
        break;
    }
  }

  #retry(key: string, error: unknown, log: Log): void {
    const { backoff } = this.#options;
    const ms = backoff.next(key);
    const failures = backoff.failures(key);
    if (failures === LASTING_FAILURES) log.warn({ error, failures }, "still not ready, trying on");
    else log.debug({ error, failures, retryInMs: ms }, "not ready, will try again");
    this.queue.addAfter(key, ms);
  }
}

function controllerFigures(metrics: Metrics, controller: string) {
  const passes = metrics.counter({
    name: "vmctl_reconcile_total",
    help: "Passes by controller and outcome",
    labels: ["controller", "outcome"],
  });
  const seconds = metrics.histogram({
    name: "vmctl_reconcile_seconds",
    help: "Duration of a pass",
    labels: ["controller"],
    buckets: DURATION_BUCKETS,
  });
  const depth = metrics.gauge({
    name: "vmctl_queue_length",
    help: "Keys in line for a pass",
    labels: ["controller"],
  });
  return {
    ended: (outcome: Outcome["kind"], duration: number, queued: number) => {
      passes({ controller, outcome });
      seconds(duration, { controller });
      depth(queued, { controller });
    },
  };
}

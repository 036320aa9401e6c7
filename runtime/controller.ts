import type { Backoff } from "./backoff.ts";
import { Breather } from "./breather.ts";
import type { Clock } from "./clock.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { Result } from "./result.ts";
import { controllerFigures, type Outcome, outcomeOfError, settle, stopwatch } from "./settle.ts";
import { WorkQueue } from "./work-queue.ts";

export interface PassContext {
  /** Aborts when the controller stops: what waits gives up, what is half done is left to the next start. */
  readonly signal: AbortSignal;
  /** Carries controller, key and reconcileId. */
  readonly log: Log;
}

export interface ReconcileContext extends PassContext {
  /**
   * Says that everything is looked at anew from here on: what was told of the key so far is covered by this pass and
   * causes no further one. For passes of several steps whose own effects are told back to them.
   */
  covered(): void;
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

/** A few milliseconds of passes that wait for nothing. */
const PASSES_OF_A_TURN = 16;

class ControllerLoop {
  readonly queue: WorkQueue;
  readonly #options: ControllerOptions;
  readonly #log: Log;
  readonly #stopping = new AbortController();
  readonly #figures: ReturnType<typeof controllerFigures>;
  readonly #breather = new Breather(PASSES_OF_A_TURN);
  #passes = 0;

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#log = options.log.child({ controller: options.name });
    this.#figures = controllerFigures(options.metrics, options.name);
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
      await this.#breather.step();
    }
  }

  async #pass(key: string): Promise<void> {
    const { clock, backoff } = this.#options;
    const log = this.#log.child({ key, reconcileId: ++this.#passes });
    const seconds = stopwatch(clock);
    const outcome = await this.#attempt(key, log);
    this.#figures.ended(outcome.kind, seconds(), this.queue.length);
    settle(key, outcome, { backoff, queue: this.queue, log });
    this.queue.done(key);
  }

  /** Never rejects: whatever a reconciler throws, synchronously too, is an outcome. */
  async #attempt(key: string, log: Log): Promise<Outcome> {
    try {
      const covered = () => this.queue.covered(key);
      return await this.#options.reconcile(key, { signal: this.#stopping.signal, log, covered });
    } catch (error) {
      return outcomeOfError(error, this.#stopping.signal.aborted);
    }
  }
}

import { Breather } from "./breather.ts";
import type { Controller, ControllerOptions, PassContext } from "./controller.ts";
import type { Result } from "./result.ts";
import { controllerFigures, type Outcome, outcomeOfError, settle, stopwatch } from "./settle.ts";
import { WorkQueue } from "./work-queue.ts";

/**
 * A Reconcile of several keys at once: answers a Result for each, or what went wrong with it (as a Reconcile would
 * throw it); a key without an answer is done. What it throws went wrong with all of them.
 */
export type ReconcileBatch = (
  keys: readonly string[],
  context: PassContext,
) => Promise<ReadonlyMap<string, Result | Error>>;

export interface BatchControllerOptions extends Omit<ControllerOptions, "reconcile" | "concurrency"> {
  readonly reconcileBatch: ReconcileBatch;
  /** Keys of one batch at most. */
  readonly maxBatch: number;
  /** Higher first; equal ones as they came. */
  readonly priorityOf: (key: string) => number;
}

/** A controller whose passes take what is in line, one batch at a time. */
export function startBatchController(options: BatchControllerOptions): Controller {
  const loop = new BatchLoop(options);
  const working = loop.work();
  return {
    enqueue: (key) => loop.queue.add(key),
    enqueueAfter: (key, ms) => loop.queue.addAfter(key, ms),
    stop: async () => {
      loop.stop();
      await working;
    },
    idle: () => loop.queue.idle(),
  };
}

class BatchLoop {
  readonly queue: WorkQueue;
  readonly #options: BatchControllerOptions;
  readonly #context: PassContext;
  readonly #stopping = new AbortController();
  readonly #figures: ReturnType<typeof controllerFigures>;
  /** After each batch: it may be long. */
  readonly #breather = new Breather(1);

  constructor(options: BatchControllerOptions) {
    this.#options = options;
    this.#context = { signal: this.#stopping.signal, log: options.log.child({ controller: options.name }) };
    this.#figures = controllerFigures(options.metrics, options.name);
    this.queue = new WorkQueue(options.clock, options.priorityOf);
  }

  stop(): void {
    this.queue.shutdown();
    this.#stopping.abort();
  }

  async work(): Promise<void> {
    for (let first = await this.queue.take(); first !== undefined; first = await this.queue.take()) {
      await this.#pass(this.#batchFrom(first));
      await this.#breather.step();
    }
  }

  #batchFrom(first: string): readonly string[] {
    const keys = [first];
    while (keys.length < this.#options.maxBatch) {
      const key = this.queue.takeNow();
      if (key === undefined) break;
      keys.push(key);
    }
    return keys;
  }

  async #pass(keys: readonly string[]): Promise<void> {
    const seconds = stopwatch(this.#options.clock);
    const outcomeOf = await this.#attempt(keys);
    const each = seconds() / keys.length;
    for (const key of keys) {
      const outcome = outcomeOf(key);
      this.#figures.ended(outcome.kind, each, this.queue.length);
      const log = this.#context.log.child({ key });
      settle(key, outcome, { backoff: this.#options.backoff, queue: this.queue, log });
      this.queue.done(key);
    }
  }

  async #attempt(keys: readonly string[]): Promise<(key: string) => Outcome> {
    try {
      const answers = await this.#options.reconcileBatch(keys, this.#context);
      return (key) => this.#outcomeOf(answers.get(key) ?? { kind: "done" });
    } catch (error) {
      return () => this.#outcomeOf(error);
    }
  }

  #outcomeOf(answer: unknown): Outcome {
    return isResult(answer) ? answer : outcomeOfError(answer, this.#stopping.signal.aborted);
  }
}

const isResult = (answer: unknown): answer is Result =>
  !(answer instanceof Error) && typeof answer === "object" && answer !== null && "kind" in answer;

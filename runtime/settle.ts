import type { Backoff } from "./backoff.ts";
import type { Clock } from "./clock.ts";
import { isTerminal, isTransient } from "./errors.ts";
import type { Log } from "./log.ts";
import { type Metrics, noMetrics } from "./metrics.ts";
import type { Result } from "./result.ts";
import type { WorkQueue } from "./work-queue.ts";

/** How a pass over a key ended. */
export type Outcome =
  | Result
  | { readonly kind: "terminal" | "transient" | "failed" | "stopped"; readonly error: unknown };

/** What a thrown error means for its key; one that `stop` caused is no failure. */
export function outcomeOfError(error: unknown, isStopping: boolean): Outcome {
  if (isStopping) return { kind: "stopped", error };
  if (isTerminal(error)) return { kind: "terminal", error };
  return { kind: isTransient(error) ? "transient" : "failed", error };
}

/** A transient trouble that lasted this many passes is worth a line that people see. */
const LASTING_FAILURES = 5;

/** The whole fate of a key after its pass: dropped, or looked at again after a time. */
export function settle(key: string, outcome: Outcome, parts: SettleParts): void {
  const { backoff, queue, log } = parts;
  switch (outcome.kind) {
    case "done":
      backoff.forget(key);
      break;
    case "requeueAfter":
      backoff.forget(key);
      log.debug({ ms: outcome.ms, reason: outcome.reason }, "will look again");
      queue.addAfter(key, outcome.ms);
      break;
    case "terminal":
      backoff.forget(key);
      log.warn({ error: outcome.error }, "giving up until the object changes");
      break;
    case "transient":
      retry(key, outcome.error, parts);
      break;
    case "failed": {
      const ms = backoff.next(key);
      log.error({ error: outcome.error, retryInMs: ms }, "reconcile failed");
      queue.addAfter(key, ms);
      break;
    }
    case "stopped":
      log.debug({ error: outcome.error }, "interrupted by stop");
      break;
  }
}

export interface SettleParts {
  readonly backoff: Backoff;
  readonly queue: WorkQueue;
  readonly log: Log;
}

function retry(key: string, error: unknown, { backoff, queue, log }: SettleParts): void {
  const ms = backoff.next(key);
  const failures = backoff.failures(key);
  if (failures === LASTING_FAILURES) log.warn({ error, failures }, "still not ready, trying on");
  else log.debug({ error, failures, retryInMs: ms }, "not ready, will try again");
  queue.addAfter(key, ms);
}

const DURATION_BUCKETS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100];

/** Tells the metrics that a pass ended: how, after how many seconds, and how many keys wait. */
export function controllerFigures(metrics: Metrics = noMetrics, controller: string) {
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

/** Reads the seconds that passed since it was made. */
export function stopwatch(clock: Clock): () => number {
  const startedAt = clock.monotonic();
  return () => (clock.monotonic() - startedAt) / 1000;
}

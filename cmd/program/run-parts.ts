import { createLog } from "../../runtime/create-log.ts";
import { listenMetrics, type ReadyCheck } from "../../runtime/listen-metrics.ts";
import type { Log } from "../../runtime/log.ts";
import { type Component, startManager } from "../../runtime/manager.ts";
import { createMetrics, type Metrics } from "../../runtime/metrics.ts";

export interface PartsValues {
  readonly listenMetrics: string | undefined;
  readonly logLevel: "debug" | "info" | "warn" | "error";
}

export interface PartsContext {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly signal: AbortSignal;
}

/** A long-running program: parts that start in order, and what must hold for `/readyz`. */
export interface ProgramParts {
  readonly components: readonly Component[];
  readonly checks: Readonly<Record<string, ReadyCheck>>;
}

export type BuildParts = (context: PartsContext) => Promise<ProgramParts>;

/**
 * Runs a program until SIGTERM or SIGINT, then stops its parts in reverse. Serves metrics, logs JSON lines on standard
 * output. A second signal ends the process at once: guests are not ours to lose by that.
 */
export async function runParts(name: string, values: PartsValues, build: BuildParts): Promise<void> {
  const log = createLog({ level: values.logLevel }).child({ program: name });
  const metrics = createMetrics();
  const stop = stopSignal();
  const { components, checks } = await build({ log, metrics, signal: stop });
  const manager = await startManager([...components, ...metricsComponent(values, metrics, checks)], {
    log,
    signal: stop,
  });
  log.info({ pid: process.pid }, `${name} runs`);
  await aborted(stop);
  log.info({}, `${name} stops`);
  await manager.stop();
}

function metricsComponent(values: PartsValues, metrics: Metrics, checks: ProgramParts["checks"]): Component[] {
  const address = values.listenMetrics;
  if (address === undefined) return [];
  let listener: Awaited<ReturnType<typeof listenMetrics>> | undefined;
  const start = async () => {
    listener = await listenMetrics({ address, metrics, checks });
  };
  return [{ name: "metrics", start, stop: async () => listener?.stop() }];
}

function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGTERM", "SIGINT"] as const)
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(1);
      controller.abort(new Error(name));
    });
  return controller.signal;
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });

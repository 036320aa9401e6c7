import { createLog } from "../../runtime/create-log.ts";
import { listenMetrics, type ReadyCheck } from "../../runtime/listen-metrics.ts";
import type { Log } from "../../runtime/log.ts";
import { type Component, startManager } from "../../runtime/manager.ts";
import { createMetrics, type Metrics } from "../../runtime/metrics.ts";
import type { EtcdStore } from "../../store/etcd/open-store.ts";
import type { Store } from "../../store/store.ts";
import { UsageError } from "../config/usage-error.ts";
import { openConnection } from "../vmctl/connection/open-connection.ts";
import { reportServer } from "./report-server.ts";

export interface ConnectionValues {
  readonly endpoints: readonly string[];
  readonly cacert: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly root: string | undefined;
  readonly insecureEtcd: boolean;
  readonly requestTimeout: number;
}
export interface ProgramValues extends ConnectionValues {
  readonly listenMetrics: string | undefined;
  readonly logLevel: "debug" | "info" | "warn" | "error";
}

export interface ProgramContext {
  readonly store: Store;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly signal: AbortSignal;
}

/** A long-running program: parts that start in order, and what must hold for `/readyz`. */
export interface ProgramParts {
  readonly components: readonly Component[];
  readonly checks: Readonly<Record<string, ReadyCheck>>;
}

/**
 * Runs a program until SIGTERM or SIGINT, then stops its parts in reverse. Opens the store, serves metrics, logs JSON
 * lines on standard output. A second signal ends the process at once: guests are not ours to lose by that.
 */
export async function runProgram(
  name: string,
  values: ProgramValues,
  build: (context: ProgramContext) => Promise<ProgramParts>,
): Promise<void> {
  const log = createLog({ level: values.logLevel }).child({ program: name });
  const metrics = createMetrics();
  const stop = stopSignal();
  const store = await openStore(values);
  try {
    await reportServer(store, log);
    const { components, checks } = await build({ store, log, metrics, signal: stop });
    const manager = await startManager([...components, ...metricsComponent(values, metrics, checks)], {
      log,
      signal: stop,
    });
    log.info({ pid: process.pid }, `${name} runs`);
    await aborted(stop);
    log.info({}, `${name} stops`);
    await manager.stop();
  } finally {
    await store.close();
  }
}

async function openStore(values: ConnectionValues): Promise<EtcdStore> {
  if (values.endpoints.length === 0) throw new UsageError("--endpoints is missing: where is etcd?");
  return openConnection({
    endpoints: values.endpoints,
    ca: values.cacert,
    cert: values.cert,
    key: values.key,
    root: values.root,
    insecure: values.insecureEtcd,
    requestTimeoutMs: values.requestTimeout,
  } as Parameters<typeof openConnection>[0]);
}

function metricsComponent(values: ProgramValues, metrics: Metrics, checks: ProgramParts["checks"]): Component[] {
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

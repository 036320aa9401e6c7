import type { Log } from "./log.ts";

export interface Component {
  readonly name: string;
  /** Resolves when others may rely on it. The signal aborts when the program is told to end before that. */
  start(signal: AbortSignal): Promise<void>;
  /** Called once, and only after `start` resolved. */
  stop(): Promise<void>;
}

export interface Manager {
  /** Stops in reverse order, every component even if another fails; then rejects with all failures. Twice: one stop. */
  stop(): Promise<void>;
}

/**
 * Starts components one after the other in the order of the list. If one fails, or the signal aborts meanwhile,
 * those already started are stopped in reverse and the cause is thrown.
 */
export async function startManager(
  components: readonly Component[],
  { log, signal }: { readonly log: Log; readonly signal: AbortSignal },
): Promise<Manager> {
  const started: Component[] = [];
  try {
    for (const component of components) {
      signal.throwIfAborted();
      await component.start(signal);
      started.push(component);
      log.debug({ component: component.name }, "started");
    }
    signal.throwIfAborted();
  } catch (error) {
    await stopInReverse(started, log).catch((failure: unknown) => log.error({ error: failure }, "stop failed"));
    throw error;
  }
  let stopped: Promise<void> | undefined;
  return {
    stop: () => {
      stopped ??= stopInReverse(started, log);
      return stopped;
    },
  };
}

async function stopInReverse(started: readonly Component[], log: Log): Promise<void> {
  const failures: unknown[] = [];
  for (const component of started.toReversed()) {
    try {
      await component.stop();
      log.debug({ component: component.name }, "stopped");
    } catch (error) {
      failures.push(new Error(`${component.name} did not stop`, { cause: error }));
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, "some components did not stop cleanly");
}

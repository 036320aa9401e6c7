import { decodeAlive } from "../../resources/decode-host-records.ts";
import { aliveKey, PREFIX } from "../../resources/keys.ts";
import type { Alive } from "../../resources/observed.ts";
import type { Clock } from "../../runtime/clock.ts";
import { CodedError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import type { Store } from "../../store/store.ts";

export interface AwaitNamesOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Which machine the host of this name would be. */
  readonly machineOf: (name: string) => string;
}

const POLL_MS = 250;

/**
 * Waits until the heartbeats of a fleet that was killed on this machine have run out: its hosts were other boots, so
 * nothing of theirs is taken over before. `HostNameTaken`: one of them still beats, or lives on another machine.
 */
export async function awaitNames(names: readonly string[], options: AwaitNamesOptions): Promise<void> {
  const { clock, log, signal } = options;
  const first = await livingAmong(names, options);
  for (let living = first; living.size > 0; living = await livingAmong(names, options)) {
    for (const [name, alive] of living) refuse(name, alive, first.get(name), options.machineOf(name));
    if (living === first) log.info({ hosts: living.size }, "waits for the heartbeats of a fleet that was killed");
    await clock.sleep(POLL_MS, signal);
  }
}

async function livingAmong(
  names: readonly string[],
  { store, signal }: AwaitNamesOptions,
): Promise<ReadonlyMap<string, Alive>> {
  const nameOf = new Map(names.map((name) => [aliveKey(name), name]));
  const { entries } = await store.list([PREFIX.alive], { signal });
  const living = entries.flatMap(({ key, value }): readonly (readonly [string, Alive])[] => {
    const name = nameOf.get(key);
    const decoded = decodeAlive(key, value);
    return name !== undefined && decoded.ok ? [[name, decoded.value]] : [];
  });
  return new Map(living);
}

/** One that came up or moved since the first look is alive; another machine's may be, for all we can know. */
function refuse(name: string, alive: Alive, before: Alive | undefined, ourMachine: string): void {
  const stands = alive.startToken === before?.startToken && alive.sequence === before.sequence;
  if (alive.machineId === ourMachine && stands) return;
  const where = alive.machineId === ourMachine ? "in another fleet on this machine" : `elsewhere (${alive.machineId})`;
  throw new CodedError("HostNameTaken", `a host named ${name} is alive ${where}; pass another --name-prefix`);
}

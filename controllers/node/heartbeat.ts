import { decodeAlive } from "../../resources/decode-host-records.ts";
import { aliveKey } from "../../resources/keys.ts";
import type { Alive } from "../../resources/observed.ts";
import type { Clock } from "../../runtime/clock.ts";
import { CodedError, messageOf } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import { firstBeat, nextBeat } from "../../runtime/next-beat.ts";
import type { Lease, Store } from "../../store/store.ts";
import { isAborted } from "../../store/store-error.ts";

export type HostIdentity = Pick<Alive, "machineId" | "bootId" | "startToken" | "version">;

export interface HeartbeatOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly name: string;
  readonly identity: HostIdentity;
  readonly ttlSeconds: number;
  readonly random: () => number;
  /** Told of each acknowledged word, and of each acknowledged keep-alive of the lease: milliseconds since it was due. */
  readonly onBeat?: ((delayMs: number) => void) | undefined;
}

const RETRY_MS = 1_000;

/**
 * Keeps `alive/<host>` on a lease of our own, with a sequence number that moves: a lease alone proves nothing, since
 * in old etcds anyone may keep one alive. Whether we hold it is asked before each start (I1). When the lease is lost
 * a new one is taken as soon as etcd answers; guests are never touched over it.
 */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #stop = new AbortController();
  #lease: Lease | undefined;
  /** Where our last word stands. */
  #revision = 0;
  #sequence = 0;
  #isIll = false;
  #loop: Promise<void> = Promise.resolve();

  private constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  /** Resolves with the first heartbeat written. `HostNameTaken`: another machine lives under this name. */
  static async start(options: HeartbeatOptions): Promise<Heartbeat> {
    const heartbeat = new Heartbeat(options);
    await heartbeat.#take();
    heartbeat.#loop = heartbeat.#run();
    return heartbeat;
  }

  held(): boolean {
    return this.#lease?.held() ?? false;
  }

  /** Takes the key away at once: controllers see a host that left. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
    await this.#lease?.revoke().catch(() => {});
  }

  /** The first word comes early, at a random moment, so that hosts that start together do not beat together. */
  async #run(): Promise<void> {
    const { clock, ttlSeconds, random, onBeat } = this.#options;
    const { signal } = this.#stop;
    const everyMs = (ttlSeconds * 1000) / 3;
    const now = clock.monotonic();
    let dueAt = firstBeat(everyMs, random(), now);
    let pause = dueAt - now;
    while (!signal.aborted) {
      try {
        await clock.sleep(pause, signal);
        if (this.held()) await this.#beat();
        else await this.#take();
        const now = clock.monotonic();
        onBeat?.(now - dueAt);
        dueAt = nextBeat(dueAt, everyMs, now);
        pause = dueAt - now;
        this.#well();
      } catch (error) {
        if (signal.aborted || isAborted(error)) return;
        this.#ill(error);
        pause = RETRY_MS;
      }
    }
  }

  async #take(): Promise<void> {
    const { store, name, identity, ttlSeconds, random, onBeat } = this.#options;
    const signal = this.#stop.signal;
    const key = aliveKey(name);
    const seen = await store.get(key, { signal });
    if (seen) refuseOthers(name, seen.value, identity);
    this.#lease?.abandon();
    const lease = await store.grantLease(ttlSeconds, {
      signal,
      phase: random(),
      ...(onBeat && { onKeepAlive: onBeat }),
    });
    const compare = seen ? { key, modRevision: seen.modRevision } : ({ key, absent: true } as const);
    const value = this.#value();
    const outcome = await store.commit(
      { compares: [compare], writes: [{ op: "put", key, value, leaseId: lease.id }] },
      { signal },
    );
    if (outcome.kind === "stale") {
      await lease.revoke();
      throw new CodedError("HostNameTaken", `another node controller took the name ${name} at this moment`);
    }
    this.#lease = lease;
    this.#revision = outcome.revision;
  }

  /** Compares our last word: whoever wrote there since has the name, and then nothing starts here any more (I1). */
  async #beat(): Promise<void> {
    const { store, name, identity } = this.#options;
    const lease = this.#lease;
    if (!lease) return;
    const key = aliveKey(name);
    const outcome = await store.commit({
      compares: [{ key, modRevision: this.#revision }],
      writes: [{ op: "put", key, value: this.#value(), leaseId: lease.id }],
    });
    const current = outcome.kind === "stale" ? outcome.current.get(key) : undefined;
    if (outcome.kind === "committed") this.#revision = outcome.revision;
    // A beat whose answer was lost.
    else if (current && isWordOf(identity, name, current.value)) this.#revision = current.modRevision;
    else {
      lease.abandon();
      await this.#take();
    }
  }

  /** Once per trouble: it lasts as long as etcd is away, for every host of a process. */
  #ill(error: unknown): void {
    const { log } = this.#options;
    if (this.#isIll) log.debug({ error: messageOf(error) }, "heartbeat failed again");
    else log.warn({ error: messageOf(error) }, "heartbeat failed");
    this.#isIll = true;
  }

  #well(): void {
    if (this.#isIll) this.#options.log.info({}, "heartbeat is back");
    this.#isIll = false;
  }

  #value(): string {
    const { identity, ttlSeconds } = this.#options;
    const alive: Alive = { ...identity, sequence: ++this.#sequence, ttlSeconds };
    return JSON.stringify(alive);
  }
}

function isWordOf({ startToken }: HostIdentity, name: string, text: string): boolean {
  const decoded = decodeAlive(aliveKey(name), text);
  return decoded.ok && decoded.value.startToken === startToken;
}

/** The same machine since the same boot is us, restarted; the local lock keeps a second process out. */
function refuseOthers(name: string, text: string, identity: HostIdentity): void {
  const decoded = decodeAlive(aliveKey(name), text);
  if (!decoded.ok) return;
  const { machineId, bootId } = decoded.value;
  if (machineId === identity.machineId && bootId === identity.bootId) return;
  throw new CodedError(
    "HostNameTaken",
    `a node controller named ${name} is alive on another machine (${machineId}, boot ${bootId}); give this one another --name, or wait until that one is gone`,
  );
}

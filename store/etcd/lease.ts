import { messageOf } from "../../runtime/errors.ts";
import { firstBeat, nextBeat } from "../../runtime/next-beat.ts";
import type { Lease, LeaseOptions } from "../store.ts";
import type { KeepAlives } from "./keep-alives.ts";
import type { CallContext } from "./translate-error.ts";
import type { Transport } from "./transport.ts";
import type { LeaseGrantReply, LeaseKeepAliveReply } from "./wire.ts";

/** Kept alive three times per TTL, so that two keep-alives in a row may fail. */
const keepAlivesPerTtl = 3;

/**
 * What we give up of the TTL: clocks that run at different speeds, the 10 ms steps of the boot-time clock, and
 * the time between looking at `held()` and the act itself.
 */
const marginMs = (ttlMs: number): number => Math.min(3_000, Math.max(200, ttlMs / 10));

/** What the leases of one store share. */
export interface LeaseTools {
  readonly transport: Transport;
  readonly keepAlives: KeepAlives;
}

export async function grantLease(tools: LeaseTools, ttlSeconds: number, options: LeaseOptions = {}): Promise<Lease> {
  const { transport } = tools;
  const sentAt = transport.clock.boottime();
  const granted = await transport.unary<LeaseGrantReply>({
    service: "Lease",
    method: "leaseGrant",
    payload: { TTL: ttlSeconds, ID: 0 },
    // Not a write: a lease whose grant got lost holds no keys and goes by itself.
    context: { verb: "grant lease" },
    signal: options.signal,
  });
  return new EtcdLease(tools, { granted, sentAt }, options);
}

interface Grant {
  readonly granted: LeaseGrantReply;
  /** On boot time. */
  readonly sentAt: number;
}

class EtcdLease implements Lease {
  readonly id: string;
  readonly ttlSeconds: number;
  readonly #transport: Transport;
  readonly #keepAlives: KeepAlives;
  readonly #lost = new AbortController();
  #deadline: number;
  #cancelExpiry: () => void = () => {};
  #forgetClose: () => void = () => {};

  constructor({ transport, keepAlives }: LeaseTools, { granted, sentAt }: Grant, options: LeaseOptions) {
    this.id = granted.ID;
    this.ttlSeconds = Number(granted.TTL);
    this.#transport = transport;
    this.#keepAlives = keepAlives;
    this.#deadline = this.#deadlineFrom(sentAt);
    this.#forgetClose = transport.onClosed(() => this.#lose("the store was closed"));
    this.#watchDeadline();
    void this.#keepAlive(options);
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  deadline(): number {
    return this.#deadline;
  }

  held(): boolean {
    return !this.lost.aborted && this.#transport.clock.boottime() < this.#deadline;
  }

  abandon(): void {
    this.#lose("given up");
  }

  async revoke(): Promise<void> {
    this.#lose("revoked by us");
    const context: CallContext = { verb: "revoke lease" };
    await this.#transport
      .unary({ service: "Lease", method: "leaseRevoke", payload: { ID: this.id }, context })
      .catch((error: unknown) => this.#transport.log.debug({ error, lease: this.id }, "lease left to expire"));
  }

  #deadlineFrom(sentAt: number): number {
    const ttlMs = this.ttlSeconds * 1000;
    return sentAt + ttlMs - marginMs(ttlMs);
  }

  #lose(reason: string): void {
    if (this.lost.aborted) return;
    this.#cancelExpiry();
    this.#forgetClose();
    this.#lost.abort(new Error(`lease ${this.id}: ${reason}`));
  }

  /**
   * Timers stand still in suspend and boot time does not, and acknowledgements move the deadline, hence the second look
   * when one fires.
   */
  #watchDeadline(): void {
    if (this.lost.aborted) return;
    this.#cancelExpiry();
    const left = this.#deadline - this.#transport.clock.boottime();
    if (left <= 0) this.#lose("its deadline passed without an acknowledged keep-alive");
    else this.#cancelExpiry = this.#transport.clock.after(left, () => this.#watchDeadline());
  }

  async #keepAlive({ phase = 1, onKeepAlive }: LeaseOptions): Promise<void> {
    const { clock, log } = this.#transport;
    const everyMs = (this.ttlSeconds * 1000) / keepAlivesPerTtl;
    const now = clock.monotonic();
    let dueAt = firstBeat(everyMs, phase, now);
    let pause = dueAt - now;
    while (!this.lost.aborted) {
      await clock.sleep(pause, this.lost).catch(() => {});
      if (this.lost.aborted) return;
      try {
        await this.#keepAliveOnce(everyMs);
        const now = clock.monotonic();
        onKeepAlive?.(now - dueAt);
        dueAt = nextBeat(dueAt, everyMs, now);
        pause = dueAt - now;
      } catch (error) {
        log.debug({ error: messageOf(error), lease: this.id }, "keep-alive failed");
        pause = Math.min(500, everyMs / 4);
      }
    }
  }

  async #keepAliveOnce(everyMs: number): Promise<void> {
    const { clock, requestTimeoutMs } = this.#transport;
    const sentAt = clock.boottime();
    const timeoutMs = Math.min(everyMs, requestTimeoutMs);
    this.#onReply(await this.#keepAlives.ask({ id: this.id, timeoutMs, signal: this.lost }), sentAt);
  }

  #onReply(reply: LeaseKeepAliveReply, sentAt: number): void {
    if (Number(reply.TTL) <= 0) this.#lose("ended on the server");
    // An answer that comes after the deadline comes too late: somebody may have acted on `held()` being false.
    if (!this.held()) return;
    // The server counts from when it acted, which was after we sent: our deadline comes first.
    this.#deadline = Math.max(this.#deadline, this.#deadlineFrom(sentAt));
  }
}

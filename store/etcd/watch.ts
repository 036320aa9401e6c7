import type { Batch, WatchOptions } from "../store.ts";
import { StoreError } from "../store-error.ts";
import { disjointPrefixes, type KeyRange, type KeySpace } from "./key-space.ts";
import { RevisionAssembler } from "./revision-assembler.ts";
import { CallAborted, type CallContext, CallTimeout, faultOf, translateError } from "./translate-error.ts";
import type { OpenedStream, Transport } from "./transport.ts";
import type { RangeReply, WatchReply } from "./wire.ts";

const firstRetryMs = 50;
const lastRetryMs = 2_000;

/**
 * One watcher over the range that covers the prefixes, opened again and again from the revision after the last
 * one that was handed out whole. etcd keeps the revisions of ONE watcher in order; two watchers, even on one
 * stream, drift apart by thousands (docs/decisions/0002-one-watcher-per-watch.md).
 */
export class Watch {
  readonly #transport: Transport;
  readonly #keys: KeySpace;
  readonly #prefixes: readonly string[];
  readonly #options: WatchOptions;
  readonly #range: KeyRange;
  readonly #context: CallContext;
  /** Everything before this revision was handed out. */
  #next: number;
  #failures = 0;
  #clusterId: string | undefined;
  /** The token of the last refusal; a refusal of a newer one is final. */
  #refused: { readonly token: string | undefined } | undefined;

  constructor(transport: Transport, keys: KeySpace, prefixes: readonly string[], options: WatchOptions) {
    this.#transport = transport;
    this.#keys = keys;
    this.#prefixes = disjointPrefixes(prefixes);
    this.#options = options;
    this.#range = keys.coveringRange(this.#prefixes);
    this.#context = { verb: "watch", key: this.#prefixes.join(", ") };
    this.#next = options.from;
  }

  async *batches(): AsyncGenerator<Batch, void, undefined> {
    const stop = new AbortController();
    const onAbort = () => stop.abort(new CallAborted("aborted"));
    const { signal } = this.#options;
    const forgetClose = this.#transport.onClosed(onAbort);
    signal?.addEventListener("abort", onAbort, { once: true });
    if (signal?.aborted) onAbort();
    try {
      while (true) yield* this.#untilCut(stop.signal);
    } catch (error) {
      throw translateError(error, this.#context);
    } finally {
      forgetClose();
      signal?.removeEventListener("abort", onAbort);
      stop.abort();
    }
  }

  /** Returns when another attempt makes sense, after waiting; throws when none does. */
  async *#untilCut(signal: AbortSignal): AsyncGenerator<Batch, void, undefined> {
    let opened: OpenedStream<object, WatchReply> | undefined;
    try {
      signal.throwIfAborted();
      opened = await this.#open();
      yield* this.#read(opened, signal);
    } catch (error) {
      this.#options.onConnection?.(false);
      await this.#onFailure(error, opened, signal);
    } finally {
      opened?.stream.cancel();
    }
  }

  async #onFailure(
    error: unknown,
    opened: OpenedStream<object, WatchReply> | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    if (signal.aborted) throw new CallAborted("aborted", { cause: error });
    const fault = faultOf(error);
    if (error instanceof StoreError || fault === "compacted" || fault === "invalid") throw error;
    if (fault === "denied" && !this.#tokenMayBeOld(opened)) throw error;
    await this.#transport.failed(opened, error);
    const delay = Math.min(lastRetryMs, firstRetryMs * 2 ** this.#failures++);
    this.#transport.log.debug({ error, delay, next: this.#next, prefixes: this.#prefixes }, "watch cut, opening again");
    await this.#transport.clock.sleep(delay, signal).catch(() => signal.throwIfAborted());
  }

  /** Older servers answer a watch with an unknown token "permission denied": believe it only of a fresh token. */
  #tokenMayBeOld(opened: OpenedStream<object, WatchReply> | undefined): boolean {
    if (!opened || opened.token === undefined) return false;
    const refused = this.#refused;
    this.#refused = { token: opened.token };
    return refused === undefined || refused.token === opened.token;
  }

  async #open(): Promise<OpenedStream<object, WatchReply>> {
    const opened = await this.#transport.open<object, WatchReply>(
      { service: "Watch", method: "watch" },
      // A member that lost its leader must say so instead of keeping still.
      (metadata) => metadata.set("hasleader", "true"),
    );
    opened.stream.write({
      create_request: {
        key: this.#range.start,
        range_end: this.#range.end,
        start_revision: this.#next,
        progress_notify: true,
        fragment: true,
      },
    });
    return opened;
  }

  async *#read(
    { stream }: OpenedStream<object, WatchReply>,
    signal: AbortSignal,
  ): AsyncGenerator<Batch, void, undefined> {
    const { clock, requestTimeoutMs } = this.#transport;
    let late = false;
    const stopTimer = clock.after(requestTimeoutMs, () => {
      late = true;
      stream.cancel();
    });
    const onAbort = () => stream.cancel();
    signal.addEventListener("abort", onAbort, { once: true });
    // Aborted while the stream was being opened: the event is over, and nothing else would end the stream.
    if (signal.aborted) onAbort();
    const assembler = new RevisionAssembler(this.#keys, this.#prefixes);
    try {
      for await (const reply of stream) {
        stopTimer();
        if (reply.canceled) throw cancellation(reply);
        if (reply.created) await this.#onCreated(reply, signal);
        yield* this.#deliver(assembler.add(reply));
      }
      throw new Error("the server ended the watch stream");
    } catch (error) {
      throw late ? new CallTimeout(requestTimeoutMs) : error;
    } finally {
      stopTimer();
      signal.removeEventListener("abort", onAbort);
    }
  }

  *#deliver(batches: readonly Batch[]): Generator<Batch, void, undefined> {
    for (const batch of batches) {
      if (batch.revision < this.#next) continue;
      this.#next = batch.revision + 1;
      yield batch;
    }
  }

  async #onCreated(reply: WatchReply, signal: AbortSignal): Promise<void> {
    const { cluster_id } = reply.header;
    const changed = this.#clusterId !== undefined && this.#clusterId !== cluster_id;
    if (changed || (Number(reply.header.revision) < this.#next - 1 && (await this.#historyLost(signal)))) {
      throw new StoreError(
        "Compacted",
        `watch from ${this.#next}: the server's history was replaced (restored from a backup?): list again`,
      );
    }
    this.#clusterId = cluster_id;
    this.#failures = 0;
    this.#refused = undefined;
    this.#options.onConnection?.(true);
  }

  /**
   * A watch from a revision that does not exist yet waits in silence. A member that lags behind is fine, a
   * store restored from an older state is not: a linearizable read tells them apart.
   */
  async #historyLost(signal: AbortSignal): Promise<boolean> {
    const reply = await this.#transport.unary<RangeReply>({
      service: "KV",
      method: "range",
      payload: { key: this.#range.start, range_end: this.#range.end, count_only: true },
      context: this.#context,
      signal,
    });
    return Number(reply.header.revision) < this.#next - 1;
  }
}

function cancellation(reply: WatchReply): Error {
  if (reply.compact_revision !== "0") {
    return new StoreError("Compacted", `watch: revisions before ${reply.compact_revision} are compacted: list again`);
  }
  return new Error(reply.cancel_reason || "the server cancelled the watch");
}

import { bootTime } from "./boot-time.ts";

/**
 * Time as an argument. Everything that reads a clock or waits takes a Clock first, so tests step time by
 * hand; a lint test forbids the wall clock elsewhere.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch; may jump. For timestamps people read. */
  now(): number;
  /** Milliseconds on a clock that never jumps back. For delays and deadlines. */
  monotonic(): number;
  /**
   * Milliseconds since boot, suspend included (CLOCK_BOOTTIME, in steps of 10 ms): what lease deadlines are counted
   * on, because the server's clock goes on while this machine sleeps.
   */
  boottime(): number;
  /** Resolves after `ms`; rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls back once after `ms`; returns a function that cancels. Keeps the process alive until then. */
  after(ms: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  boottime: bootTime,
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason as Error);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      }, ms);
      signal?.addEventListener("abort", onAbort, { once: true });
    }),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** RFC 3339 with seconds, the form of every timestamp that is stored. */
export function timestamp(clock: Clock): string {
  const second = Math.floor(clock.now() / 1000);
  if (second !== last.second) last = { second, text: new Date(second * 1000).toISOString().replace(".000Z", "Z") };
  return last.text;
}

/** Every pass asks for it, and thousands pass in a second. */
let last = { second: Number.NaN, text: "" };

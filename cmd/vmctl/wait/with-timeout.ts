import type { Session } from "../connection/session.ts";

/**
 * Runs `body` with a signal that aborts when the session's does or the time is over (0 ms: never). True if the time
 * ran out before `body` was done; what `body` throws otherwise comes through.
 */
export async function withTimeout(
  session: Session,
  ms: number,
  body: (signal: AbortSignal) => Promise<unknown>,
): Promise<boolean> {
  const end = new AbortController();
  const cancel = ms > 0 ? session.clock.after(ms, () => end.abort()) : () => {};
  try {
    await body(AbortSignal.any([session.signal, end.signal]));
    return end.signal.aborted;
  } catch (error) {
    if (end.signal.aborted && !session.signal.aborted) return true;
    throw error;
  } finally {
    cancel();
  }
}

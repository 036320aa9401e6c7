export interface Patience {
  /** How long the condition may take (default 10 s). */
  readonly deadlineMs?: number;
  /** How often it is looked at (default every 20 ms). */
  readonly everyMs?: number;
}

/**
 * Polls until `look` neither throws nor says `false`, and returns what it said; after the deadline fails with what
 * it said or threw last.
 */
export async function eventually<T>(look: () => T | Promise<T>, patience: Patience = {}): Promise<T> {
  const { deadlineMs = 10_000, everyMs = 20 } = patience;
  const until = performance.now() + deadlineMs;
  let last: unknown;
  do {
    try {
      const seen = await look();
      if (seen !== false) return seen;
      last = "the condition is false";
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  } while (performance.now() < until);
  const text = last instanceof Error ? last.message : String(last);
  throw new Error(`not within ${deadlineMs} ms; last: ${text}`, { cause: last });
}

/** `promise`, or the signal's reason as soon as it aborts; the work goes on for the others who wait for it. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  // Nobody else may wait for it, and its failure is then nobody's.
  promise.catch(() => {});
  signal.throwIfAborted();
  const done = new AbortController();
  try {
    return await Promise.race([
      promise,
      new Promise<never>((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true, signal: done.signal });
      }),
    ]);
  } finally {
    done.abort();
  }
}

import type { Clock } from "../runtime/clock.ts";

/** Runs again and again, `ms` apart, the first time after `ms`; returns a function that ends it. */
export function every(clock: Clock, ms: number, run: () => void): () => void {
  let cancel = () => {};
  const again = () => {
    cancel = clock.after(ms, () => {
      run();
      again();
    });
  };
  again();
  return () => cancel();
}

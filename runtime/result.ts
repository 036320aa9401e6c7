/**
 * What a reconciler wants next. Retrying after a failure is expressed by throwing, waiting for the outside
 * world by a duration; there is no boolean (controller-runtime deprecated its own for good reasons).
 */
export type Result =
  | { readonly kind: "done" }
  | { readonly kind: "requeueAfter"; readonly ms: number; readonly reason: string };

export const done = (): Result => ({ kind: "done" });
export const requeueAfter = (ms: number, reason: string): Result => ({ kind: "requeueAfter", ms, reason });

/** The sooner of two wishes. */
export function sooner(a: Result, b: Result): Result {
  if (a.kind === "done") return b;
  if (b.kind === "done") return a;
  return a.ms <= b.ms ? a : b;
}

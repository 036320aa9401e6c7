/**
 * When the next of a series of moments is due, `periodMs` apart from each other. Those that passed meanwhile are left
 * out; the others stay where they are: what was held up together does not go on together.
 */
export const nextBeat = (dueAt: number, periodMs: number, now: number): number =>
  dueAt + periodMs * (Math.floor(Math.max(0, now - dueAt) / periodMs) + 1);

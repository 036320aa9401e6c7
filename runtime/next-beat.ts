/** So many moments of a period are shared by all series of it. */
const MOMENTS = 50;

/**
 * When the first of a series of moments is due: `phase` (a share of the period) from now, or a little earlier. All series
 * of one period fall on the same fiftieths of it, so that a process with a thousand of them wakes up fifty times and not
 * a thousand, and what they send goes together.
 */
export function firstBeat(periodMs: number, phase: number, now: number): number {
  const grain = periodMs / MOMENTS;
  return Math.max(now, Math.floor((now + periodMs * phase) / grain) * grain);
}

/**
 * When the next of a series of moments is due, `periodMs` apart from each other. Those that passed meanwhile are left
 * out; the others stay where they are: what was held up together does not go on together.
 */
export const nextBeat = (dueAt: number, periodMs: number, now: number): number =>
  dueAt + periodMs * (Math.floor(Math.max(0, now - dueAt) / periodMs) + 1);

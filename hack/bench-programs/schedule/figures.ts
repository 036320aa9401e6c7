/** A thing that was measured, as it came. */
export interface Measured {
  readonly what: string;
  readonly value: number;
  /** `/s`, `ms`, `us`, `bytes`. */
  readonly unit: string;
}

export type Goal = { readonly atLeast: number } | { readonly atMost: number };

/** Two things that were measured in one run. */
export interface Pair {
  readonly title: string;
  readonly ours: Measured;
  readonly beside: Measured;
  /** Absent: there to be looked at. */
  readonly goal?: Goal;
  /** What else is to be known of it. */
  readonly notes?: readonly string[];
}

export interface Figure extends Pair {
  readonly ratio: number;
  /** Absent without a goal. */
  readonly met?: boolean;
}

export function figureOf(pair: Pair): Figure {
  const ratio = pair.ours.value / pair.beside.value;
  return { ...pair, ratio, ...(pair.goal && { met: meets(ratio, pair.goal) }) };
}

const meets = (ratio: number, goal: Goal): boolean =>
  "atLeast" in goal ? ratio >= goal.atLeast : ratio <= goal.atMost;

export const goalText = (goal: Goal): string =>
  "atLeast" in goal ? `at least ${goal.atLeast}` : `at most ${goal.atMost}`;

/** Three digits that say something. */
export const shortNumber = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : Number(value.toPrecision(3)).toString();

export const measuredText = ({ value, unit }: Measured): string =>
  `${shortNumber(value)}${unit === "/s" ? "" : " "}${unit}`;

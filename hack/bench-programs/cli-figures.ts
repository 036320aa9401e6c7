import { quantile } from "./quantile.ts";

/** One program timed beside another, in milliseconds of whole processes. */
export interface CliPairs {
  readonly what: string;
  readonly beside: string;
  readonly goalMs: number;
  readonly goalMiB?: number;
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
  /** Of our process, in runs of their own: the largest resident set, the least processor time. */
  readonly maxRssMiB: number;
  readonly processorMs: number;
}

export interface CliFigure {
  readonly what: string;
  readonly beside: string;
  readonly goalMs: number;
  readonly goalMiB?: number;
  readonly ours: { readonly min: number; readonly p50: number; readonly p95: number };
  readonly theirs: { readonly min: number; readonly p50: number; readonly p95: number };
  /** p50 of ours by p50 of theirs. */
  readonly ratio: number;
  readonly maxRssMiB: number;
  readonly processorMs: number;
}

export function cliFigure({ ours, theirs, ...rest }: CliPairs): CliFigure {
  const told = (values: readonly number[]) => ({
    min: quantile(values, 0),
    p50: quantile(values, 0.5),
    p95: quantile(values, 0.95),
  });
  return { ...rest, ours: told(ours), theirs: told(theirs), ratio: quantile(ours, 0.5) / quantile(theirs, 0.5) };
}

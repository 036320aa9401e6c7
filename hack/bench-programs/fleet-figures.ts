import type { ProcessFigure } from "./process-figures.ts";

export type Snapshot = Readonly<Record<string, ProcessFigure>>;

export interface FleetRun {
  readonly hosts: number;
  readonly instances: number;
  /** From the fleet's start until all are Ready. */
  readonly registeredMs: number;
  /** From the first spec until all run; absent without instances. */
  readonly runningMs?: number;
  /** The two ends of the time in which nothing was asked of it. */
  readonly begin: Snapshot;
  readonly end: Snapshot;
  readonly heldSeconds: number;
  readonly heartbeats: { readonly acknowledged: number; readonly late: number; readonly worstMs: number };
}

export interface FleetFigure extends Omit<FleetRun, "begin" | "end"> {
  /** Of each process at the end, and of all together. */
  readonly pssMiB: Readonly<Record<string, number>>;
  /** Share of one processor, over the time in which nothing was asked of it. */
  readonly cpuShare: Readonly<Record<string, number>>;
}

export function fleetFigure({ begin, end, ...run }: FleetRun): FleetFigure {
  const names = Object.keys(end);
  const pss = names.map((name) => [name, end[name]?.pssMiB ?? 0] as const);
  const cpu = names.map((name) => {
    const seconds = (end[name]?.cpuSeconds ?? 0) - (begin[name]?.cpuSeconds ?? 0);
    return [name, seconds / run.heldSeconds] as const;
  });
  return { ...run, pssMiB: withSum(pss), cpuShare: withSum(cpu) };
}

const withSum = (parts: readonly (readonly [string, number])[]): Record<string, number> => ({
  ...Object.fromEntries(parts),
  all: parts.reduce((sum, [, value]) => sum + value, 0),
});

/** What one host more costs, in MiB of all processes: between the smallest and the largest fleet. */
export function perHostMiB(figures: readonly FleetFigure[]): number | undefined {
  const sorted = [...figures].sort((a, b) => a.hosts - b.hosts);
  const [small, large] = [sorted[0], sorted.at(-1)];
  if (!small || !large || small.hosts === large.hosts) return undefined;
  return ((large.pssMiB["all"] ?? 0) - (small.pssMiB["all"] ?? 0)) / (large.hosts - small.hosts);
}

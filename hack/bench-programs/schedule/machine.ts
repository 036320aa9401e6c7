import { cpus, loadavg } from "node:os";

/** What the figures were made on. The load before says how much of it others had. */
export interface Machine {
  readonly processors: number;
  readonly model: string;
  readonly node: string;
  /** Mean number of runnable processes in the minute before and after; above 1.5 before, others were at it. */
  readonly loadBefore: number;
  readonly loadAfter: number;
}

export const loadNow = (): number => loadavg()[0] ?? Number.NaN;

export function machineNow(loadBefore: number): Machine {
  const [first] = cpus();
  const model = first?.model.trim() || "processor";
  return { processors: cpus().length, model, node: process.versions.node, loadBefore, loadAfter: loadNow() };
}

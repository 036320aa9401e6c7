import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";

export interface ProcessFigure {
  /** Proportional set size: pages that processes share are divided among them. */
  readonly pssMiB: number;
  /** Since it began: user and kernel. */
  readonly cpuSeconds: number;
}

const TICKS_PER_SECOND = 100;

/** The child processes of this one that run etcd or a program of ours, by name. */
export function childPrograms(): ReadonlyMap<string, number> {
  const tasks = readdirSync("/proc/self/task");
  const pids = tasks.flatMap((task) => readFileSync(`/proc/self/task/${task}/children`, "utf8").trim().split(" "));
  const named = pids.filter(Boolean).map((pid) => [programOf(pid), Number(pid)] as const);
  return new Map(named.filter(([name]) => name !== ""));
}

/** `etcd`, or the command of ours that the words name. */
function programOf(pid: string): string {
  const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  if (basename(words[0] ?? "") === "etcd") return "etcd";
  return words.find((word) => word === "controller" || word === "fleet") ?? "";
}

export function processFigure(pid: number): ProcessFigure {
  const kiB = Number(/^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1]);
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // Behind the name, which may hold anything.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { pssMiB: kiB / 1024, cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND };
}

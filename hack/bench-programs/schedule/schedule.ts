import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildPrograms } from "../../../test/support/e2e-bundle.ts";
import { benchBind } from "./bind.ts";
import { benchDecision } from "./decision.ts";
import { benchEmbedded } from "./embedded.ts";
import { type Figure, figureOf, type Pair } from "./figures.ts";
import { heapPair, kept } from "./heap.ts";
import { loadNow, type Machine, machineNow } from "./machine.ts";
import { benchOutside } from "./outside.ts";
import type { SchedulePart } from "./parts.ts";
import { benchRestart } from "./restart.ts";
import { type HostKind, ScheduleCluster } from "./schedule-cluster.ts";

export interface ScheduleOptions {
  readonly parts: readonly SchedulePart[];
  /** Of `bind`, `heap` and `restart`, and the larger ones of `placement` and `outside`. */
  readonly hosts: number;
  readonly instances: number;
  /** Of each measurement that goes by time. */
  readonly seconds: number;
  /** Told of each part's figures as soon as they are there: all of them take minutes. */
  readonly onFigures: (figures: readonly Figure[]) => void;
}

export interface ScheduleFigures {
  readonly machine: Machine;
  readonly figures: readonly Figure[];
}

/** `placement` and `outside` are measured at so many hosts too. */
const FEW_HOSTS = 64;
const EQUAL_REQUESTS = 500;
const DECISIONS = 500;

/** Every part by itself: nothing of one runs while another is measured. */
export async function benchSchedule(options: ScheduleOptions): Promise<ScheduleFigures> {
  const loadBefore = loadNow();
  const dir = await mkdtemp(join(tmpdir(), "vmctl-bench-schedule-"));
  try {
    const main = await buildPrograms(join(dir, "programs"));
    const figures: Figure[] = [];
    for (const part of stepsOf(options, main)) {
      const more = (await part()).map(figureOf);
      options.onFigures(more);
      figures.push(...more);
    }
    return { machine: machineNow(loadBefore), figures };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

type Step = () => Promise<readonly Pair[]>;

function stepsOf(options: ScheduleOptions, main: string): readonly Step[] {
  const { parts, hosts, instances, seconds } = options;
  const has = (...wanted: SchedulePart[]) => wanted.some((part) => parts.includes(part));
  const sizes = [...new Set([Math.min(FEW_HOSTS, hosts), hosts])];
  const requests = Math.min(EQUAL_REQUESTS, instances);
  return [
    ...(has("bind") ? [() => onHosts("fleet", main, { ...options, parts: ["bind"] })] : []),
    ...(has("bind", "heap", "restart") ? [() => onHosts("stand-in", main, options)] : []),
    ...(has("placement") ? sizes.map((size) => () => benchEmbedded({ hosts: size, seconds })) : []),
    ...(has("decision") ? [async () => [await benchDecision(10 * hosts, DECISIONS)]] : []),
    ...(has("outside")
      ? sizes.map((size) => () => benchOutside({ main, hosts: size, instances: requests, seconds }))
      : []),
  ];
}

async function onHosts(
  kind: HostKind,
  main: string,
  { parts, hosts, instances, seconds }: ScheduleOptions,
): Promise<readonly Pair[]> {
  const rawSeconds = seconds / 4;
  const cluster = await ScheduleCluster.start({ main, kind, hosts, rawSeconds });
  try {
    const before = parts.includes("heap") ? await kept(cluster) : undefined;
    const bind = await benchBind(cluster, kind, { instances, rawSeconds });
    return [
      ...(parts.includes("bind") ? bind : []),
      ...(before ? [heapPair(before, await kept(cluster), instances)] : []),
      ...(parts.includes("restart") ? [await benchRestart(cluster, instances)] : []),
    ];
  } finally {
    await cluster.stop();
  }
}

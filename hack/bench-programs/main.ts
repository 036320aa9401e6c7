import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { BenchCluster } from "./bench-cluster.ts";
import { benchBoot } from "./boot.ts";
import { bootFigures } from "./boot-figures.ts";
import { benchCli } from "./cli.ts";
import { cliFigure } from "./cli-figures.ts";
import { benchFleet } from "./fleet.ts";
import { perHostMiB } from "./fleet-figures.ts";
import { benchMany } from "./many.ts";
import { printBoot, printCli, printMany, printRevisions, printStore } from "./print-figures.ts";
import { printFleet } from "./print-fleet.ts";
import { benchRevisions } from "./revisions.ts";
import type { Figure } from "./schedule/figures.ts";
import { partsOf } from "./schedule/parts.ts";
import { scheduleSvg } from "./schedule/picture.ts";
import { linesOf, printSchedule } from "./schedule/print-schedule.ts";
import { benchSchedule } from "./schedule/schedule.ts";
import { benchStore } from "./store.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string" },
    count: { type: "string", default: "8" },
    quiet: { type: "string", default: "70" },
    seconds: { type: "string" },
    objects: { type: "string", default: "10000" },
    hosts: { type: "string" },
    instances: { type: "string" },
    only: { type: "string" },
    svg: { type: "string" },
    image: { type: "string" },
    plain: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});

const cluster = { image: values.image, plain: values.plain };

for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => void BenchCluster.stopAll().finally(() => process.exit(1)));

const BENCHES: Readonly<Record<string, () => Promise<void>>> = {
  async boot() {
    const pairs = await benchBoot({ runs: Number(values.runs ?? 30), ...cluster });
    const figures = bootFigures(pairs);
    tell({ ...figures, pairs }, () => printBoot(figures));
  },
  async many() {
    const figures = await benchMany({ count: Number(values.count), ...cluster });
    tell(figures, () => printMany(figures));
  },
  async revisions() {
    const options = { runs: Number(values.runs ?? 3), quietSeconds: Number(values.quiet), ...cluster };
    const figures = await benchRevisions(options);
    tell(figures, () => printRevisions(figures));
  },
  async cli() {
    const pairs = await benchCli({ runs: Number(values.runs ?? 15), objects: Number(values.objects) });
    const figures = pairs.map(cliFigure);
    tell({ figures, pairs }, () => printCli(figures));
  },
  async fleet() {
    const hosts = (values.hosts ?? "64,1000").split(",").map(Number);
    const options = { hosts, instances: Number(values.instances ?? 0), seconds: Number(values.seconds ?? 60) };
    const fleets = await benchFleet(options);
    tell({ fleets, perHostMiB: perHostMiB(fleets) }, () => printFleet(fleets));
  },
  async schedule() {
    const sizes = { hosts: Number(values.hosts ?? 1_000), instances: Number(values.instances ?? 10_000) };
    const seconds = Number(values.seconds ?? 10);
    const onFigures = (part: readonly Figure[]) => console.error(part.flatMap(linesOf).join("\n"));
    const { machine, figures } = await benchSchedule({ parts: partsOf(values.only), ...sizes, seconds, onFigures });
    if (values.svg !== undefined) await writeFile(values.svg, scheduleSvg(machine, figures));
    tell({ machine, figures }, () => printSchedule(machine, figures));
  },
  async store() {
    const figures = await benchStore(Number(values.seconds ?? 5));
    tell(figures, () => printStore(figures));
  },
};

function tell(figures: unknown, print: () => void): void {
  if (values.json) console.log(JSON.stringify(figures, undefined, 1));
  else print();
}

await BENCHES[positionals[0] ?? ""]?.();

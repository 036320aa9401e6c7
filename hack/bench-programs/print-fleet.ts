import { type FleetFigure, perHostMiB } from "./fleet-figures.ts";

/** For people; `--json` has the same figures. */
export function printFleet(figures: readonly FleetFigure[]): void {
  const lines = figures.flatMap(linesOf);
  const perHost = perHostMiB(figures);
  if (perHost !== undefined) lines.push(`each further host: ${perHost.toFixed(2)} MiB of all processes together`);
  console.log(lines.join("\n"));
}

function linesOf(figure: FleetFigure): string[] {
  const { hosts, instances, registeredMs, runningMs, heldSeconds, heartbeats, pssMiB, cpuShare } = figure;
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  const running = runningMs === undefined ? [] : [`  ${instances} instances Running after ${seconds(runningMs)}`];
  const programs = Object.keys(pssMiB).map((name) => {
    const [mebibytes, share] = [(pssMiB[name] ?? 0).toFixed(0), ((cpuShare[name] ?? 0) * 100).toFixed(1)];
    return `  ${name.padEnd(11)}${mebibytes.padStart(5)} MiB  ${share.padStart(5)} % of a processor`;
  });
  const { acknowledged, late, worstMs } = heartbeats;
  return [
    `${hosts} hosts, left alone for ${heldSeconds.toFixed(0)} s`,
    `  all Ready ${seconds(registeredMs)} after the fleet's start`,
    ...running,
    ...programs,
    `  heartbeats: ${acknowledged} acknowledged, ${late} late, the slowest after ${worstMs} ms`,
    "",
  ];
}

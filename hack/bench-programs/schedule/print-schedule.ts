import { type Figure, goalText, measuredText, shortNumber } from "./figures.ts";
import type { Machine } from "./machine.ts";

/** For people; `--json` has the same figures. */
export function printSchedule(machine: Machine, figures: readonly Figure[]): void {
  console.log([machineText(machine), "", ...figures.flatMap(linesOf)].join("\n"));
}

export const machineText = ({ processors, model, node, loadBefore, loadAfter }: Machine): string => {
  const [before, after] = [loadBefore.toFixed(1), loadAfter.toFixed(1)];
  return `${processors} × ${model}, Node ${node}, load ${before} before, ${after} after`;
};

export function linesOf(figure: Figure): string[] {
  const { title, ours, beside, ratio, goal, met, notes = [] } = figure;
  const verdict = goal ? ` (goal: ${goalText(goal)}: ${met ? "met" : "MISSED"})` : "";
  return [
    title,
    `  ratio ${shortNumber(ratio)}${verdict}`,
    `  ${measuredText(ours).padStart(12)}  ${ours.what}`,
    `  ${measuredText(beside).padStart(12)}  ${beside.what}`,
    ...notes.map((note) => `  ${note}`),
    "",
  ];
}

import { type Figure, goalText, measuredText, shortNumber } from "./figures.ts";
import type { Machine } from "./machine.ts";
import { machineText } from "./print-schedule.ts";

const WIDTH = 860;
const ROW = 64;
const TOP = 56;
const BAR_X = 16;
const BAR_WIDTH = 560;
/** The goal's line stands here, whatever the goal is: bars are the ratio divided by it. */
const GOAL_X = BAR_X + BAR_WIDTH / 2;

/** The figures with goals as bars: each as long as its ratio is of its goal, the goals one line. */
export function scheduleSvg(machine: Machine, figures: readonly Figure[]): string {
  const rows = figures.filter(({ goal }) => goal !== undefined);
  const height = TOP + rows.length * ROW + 12;
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    text(BAR_X, 22, 15, "hack/bench schedule: ratios, with the line where each goal stands"),
    text(BAR_X, 40, 11, machineText(machine)),
    ...rows.flatMap((figure, index) => row(figure, TOP + index * ROW)),
    `<line x1="${GOAL_X}" y1="${TOP}" x2="${GOAL_X}" y2="${height - 12}" stroke="#222222" stroke-dasharray="4 3"/>`,
    "</svg>",
  ];
  return `${lines.join("\n")}\n`;
}

function row(figure: Figure, y: number): string[] {
  const { title, ours, beside, ratio, goal } = figure;
  if (goal === undefined) return [];
  const share = ratio / ("atLeast" in goal ? goal.atLeast : goal.atMost);
  const width = Math.min(BAR_WIDTH, Math.max(1, Math.round((share * BAR_WIDTH) / 2)));
  const colour = figure.met ? "#3b7d4f" : "#b5532c";
  const raw = `${measuredText(ours)} ÷ ${measuredText(beside)}`;
  return [
    text(BAR_X, y + 14, 12, title),
    `<rect x="${BAR_X}" y="${y + 20}" width="${width}" height="18" fill="${colour}"/>`,
    text(BAR_X + BAR_WIDTH + 12, y + 30, 12, `${shortNumber(ratio)} (${goalText(goal)})`),
    text(BAR_X + BAR_WIDTH + 12, y + 46, 11, raw),
  ];
}

const text = (x: number, y: number, size: number, words: string): string =>
  `<text x="${x}" y="${y}" font-size="${size}" fill="#222222">${escaped(words)}</text>`;

const escaped = (words: string): string =>
  words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

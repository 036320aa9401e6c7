import type { PlacementExplanation, ReviewedInstance } from "../../../../resources/placement-review.ts";
import { printable } from "../../output/cell.ts";
import { Table } from "../../output/table.ts";

export interface Shown {
  readonly scores: boolean;
  readonly allHosts: boolean;
}

// Together what one sees at once in a terminal.
const FEW_FITTING = 6;
const FEW_REFUSED = 10;
const SAME_APART = 3;
/** So many that fit are scored unasked. */
const FEW_SCORED = 4;

/** An answer for people: the verdict, a line for each host, the scores, the smallest change. */
export function explanationLines(label: string, answer: ReviewedInstance, shown: Shown): readonly string[] {
  const { explanation } = answer;
  if (!explanation) return [];
  const { fits, change } = explanation;
  const isScored = shown.scores || (fits.length > 1 && fits.length <= FEW_SCORED);
  const blocks = [
    [verdict(label, answer, explanation), ...aboutNow(explanation)],
    hostLines(answer, explanation, shown.allHosts),
    isScored ? scoreLines(shown.allHosts ? fits : fits.slice(0, FEW_FITTING)) : [],
    change ? [`Smallest change: ${change.text}.`] : [],
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .flatMap((lines, index) => [...(index > 0 ? [""] : []), ...lines])
    .map(printable);
}

function verdict(label: string, { hypervisor, message = "" }: ReviewedInstance, explanation: PlacementExplanation) {
  const { hypervisors, fits, moreFit = 0 } = explanation;
  if (hypervisor === undefined) return `${label} would go nowhere: ${message}`;
  const count = fits.length + moreFit;
  return `${label} would go to ${hypervisor}: ${count} of ${hypervisors} hypervisors can take it`;
}

function aboutNow({ bound, waiting }: PlacementExplanation): string[] {
  if (bound !== undefined) return [`It is on ${bound}; this is as if it were to be placed now.`];
  if (!waiting) return [];
  return [
    `It waits: ${people(waiting.same)} for the same with it, and ${people(waiting.higher)} with a higher priority.`,
  ];
}

const people = (count: number): string => (count === 0 ? "nobody" : String(count));

type Row = readonly [string, string, string];

function hostLines(answer: ReviewedInstance, explanation: PlacementExplanation, allHosts: boolean): string[] {
  const { fits, refused } = explanation;
  if (fits.length + refused.length === 0) return [];
  const shownFits = allHosts ? fits : fits.slice(0, FEW_FITTING);
  const groups = allHosts ? refused.map((host) => [host]) : byText(refused);
  const shownGroups = allHosts ? groups : groups.slice(0, FEW_REFUSED);
  const rows = [...shownFits.map((host) => fitRow(host, answer.hypervisor)), ...shownGroups.map(refusedRow)];
  const more = moreLines(explanation, shownFits.length, groups.slice(shownGroups.length).flat());
  const isShort = more.length > 0 || shownGroups.some((hosts) => hosts.length > 1);
  const hint = isShort && !allHosts ? ["(--all-hosts lists them)"] : [];
  return [...new Table().lines([["HOST", "VERDICT", "WHY"], ...rows]), ...more, ...hint];
}

function moreLines({ fits, moreFit = 0, moreRefused = [] }: PlacementExplanation, shown: number, hidden: Refused) {
  const fitting = fits.length - shown + moreFit;
  const refused = counted(hidden, moreRefused);
  return [...(fitting > 0 ? [`and ${fitting} more fit`] : []), ...(refused ? [`and ${refused}`] : [])];
}

type Refused = PlacementExplanation["refused"];

/** Many hosts with the same words become one line; a few are easier to read one by one. */
function byText(refused: Refused): Refused[] {
  const groups = new Map<string, Refused>();
  for (const host of refused) groups.set(host.text, [...(groups.get(host.text) ?? []), host]);
  return [...groups.values()].flatMap((hosts) => (hosts.length <= SAME_APART ? hosts.map((host) => [host]) : [hosts]));
}

function refusedRow([first, second, ...others]: Refused): Row {
  const names = second ? `${first?.hypervisor}, ${second.hypervisor} and ${others.length} more` : first?.hypervisor;
  return [names ?? "", "no", first?.text ?? ""];
}

const fitRow = ({ hypervisor, total }: PlacementExplanation["fits"][number], chosen: string | undefined): Row => [
  hypervisor,
  hypervisor === chosen ? "chosen" : "fits",
  `score ${formatScore(total)}`,
];

/** Such as `28 more: 26 insufficient MEMORY_MB, 2 Cordoned`; empty for none. */
function counted(
  hidden: PlacementExplanation["refused"],
  unlisted: NonNullable<PlacementExplanation["moreRefused"]>,
): string {
  const counts = new Map(unlisted.map(({ reason, count }) => [reason, count]));
  for (const { reason } of hidden) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const reasons = [...counts].sort(([, a], [, b]) => b - a).map(([reason, count]) => `${count} ${reason}`);
  const sum = [...counts.values()].reduce((all, count) => all + count, 0);
  return sum === 0 ? "" : `${sum} more cannot take it: ${reasons.join(", ")}`;
}

function scoreLines(fits: PlacementExplanation["fits"]): string[] {
  const scored = fits.filter(({ scores }) => scores !== undefined);
  const [first] = scored;
  if (!first?.scores) return [];
  const head = first.scores.map(({ name, weight }) => `${name} ×${weight}`);
  const rows = scored.map(({ hypervisor, total, scores = [] }) => [
    hypervisor,
    formatScore(total),
    ...scores.map(({ score }) => formatScore(score)),
  ]);
  return new Table().lines([["SCORES", "TOTAL", ...head], ...rows]);
}

const formatScore = (value: number): string => String(Math.round(value * 1000) / 1000);

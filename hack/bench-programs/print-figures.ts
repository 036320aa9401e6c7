import type { BootFigures } from "./boot-figures.ts";
import type { CliFigure } from "./cli-figures.ts";
import type { ManyFigures } from "./many.ts";
import type { Revision, RevisionFigures } from "./revisions.ts";
import type { StoreFigures } from "./store.ts";

const ms = (value: number): string => `${value.toFixed(0).padStart(6)} ms`;

const list = (title: string, parts: Readonly<Record<string, number>>): string[] => [
  title,
  ...Object.entries(parts)
    .sort(([, a], [, b]) => a - b)
    .map(([what, at]) => `  ${ms(at)}  ${what}`),
];

/** For people, as all below; `--json` has every single run. */
export function printBoot({ runs, product, byHand, ratio, way, byHandParts, startedToRunning }: BootFigures): void {
  const lines = [
    `${runs} pairs, a first pair thrown away; etcd with fsync, image cached`,
    "",
    "                                                    p50        p95",
    `product: spec sent to etcd ... status Running  ${ms(product.p50)}  ${ms(product.p95)}`,
    `by hand: qemu-img create, virsh define, start  ${ms(byHand.p50)}  ${ms(byHand.p95)}`,
    `ratio                                               ${ratio.p50.toFixed(2)}       ${ratio.p95.toFixed(2)}`,
    `median of the pairs' own ratios                     ${ratio.pairs.toFixed(2)}`,
    "",
    ...list("the product's way, medians since the spec was sent:", way),
    "",
    ...list("by hand, medians of each program:", byHandParts),
    "",
    `libvirt's start event ... status Running: p50 ${startedToRunning.p50.toFixed(0)} ms, worst ${startedToRunning.max.toFixed(0)} ms`,
  ];
  console.log(lines.join("\n"));
}

/** Counts of all runs, and the keys of the last one. */
export function printRevisions({ starts, deletes, quiet, restarts }: RevisionFigures): void {
  const block = (title: string, runs: readonly (readonly Revision[])[]) => [
    `${title}: ${runs.map(({ length }) => length).join(", ")}`,
    ...(runs.at(-1) ?? []).map((keys) => `    ${keys.join("  ")}`),
  ];
  const lines = [
    "etcd revisions; those of events, heartbeats and elections alone are not counted",
    ...block("start, until the address is known", starts),
    ...block("delete", deletes),
    ...block("quiet, with one guest", [quiet]),
    ...block("restart of the controller", [restarts.controller]),
    ...block("restart of the node", [restarts.node]),
  ];
  console.log(lines.join("\n"));
}

export function printMany({ count, product, byHand }: ManyFigures): void {
  const line = (what: string, ends: readonly number[]) =>
    `${what}  first ${ms(ends[0] ?? Number.NaN)}, last ${ms(ends.at(-1) ?? Number.NaN)}`;
  console.log(`${count} guests`);
  console.log(line("product, all specs at once: ", product));
  console.log(line("by hand, one after the other:", byHand));
  console.log(`ratio of the last: ${((product.at(-1) ?? 0) / (byHand.at(-1) ?? 1)).toFixed(2)}`);
}

export function printStore(figures: readonly StoreFigures[]): void {
  for (const { concurrency, bare, ours } of figures) {
    const rates = `bare etcd client ${bare.toFixed(0)}/s, our store ${ours.toFixed(0)}/s`;
    console.log(`${concurrency} at a time: ${rates}, ratio ${(ours / bare).toFixed(2)}`);
  }
}

/** Raw numbers, ratios and what was promised: whoever reads judges. */
export function printCli(figures: readonly CliFigure[]): void {
  const line = (what: string, { min, p50, p95 }: CliFigure["ours"]) =>
    `  ${what.padEnd(40)}${ms(min)}  ${ms(p50)}  ${ms(p95)}`;
  console.log("whole processes; lists over TLS with client certificates and roles, etcd with fsync");
  console.log(`  ${"".padEnd(40)}${["min", "p50", "p95"].map((head) => head.padStart(9)).join("  ")}`);
  for (const { what, beside, ours, theirs, ratio, maxRssMiB, processorMs, goalMs, goalMiB } of figures) {
    const memory = `max RSS ${maxRssMiB.toFixed(0)} MiB${goalMiB === undefined ? "" : ` (goal ${goalMiB})`}`;
    console.log([line(`vmctl ${what}`, ours), line(beside, theirs)].join("\n"));
    const processor = `processor time ${processorMs.toFixed(0)} ms`;
    console.log(`    ratio of p50 ${ratio.toFixed(2)}; goal ${goalMs} ms; ${processor}; ${memory}`);
  }
}

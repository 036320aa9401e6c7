import { coloursFor } from "../vmctl/output/colour.ts";
import type { Finding, Verdict } from "./finding.ts";

/** A heading and a line for each finding, the remedy below it. */
export function formatFindings(heading: string, findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ what }) => what.length)) + 2;
  const lines = findings.flatMap(({ what, verdict, seen, remedy }) => {
    const line = `  ${paint(verdict)}${what.padEnd(width)}${seen.split("\n").join(" ")}`;
    return remedy === undefined ? [line] : [line, `${" ".repeat(11 + width)}→ ${remedy}`];
  });
  return [`${heading}:`, ...lines, ""].map((line) => `${line}\n`).join("");
}

function paint(verdict: Verdict): string {
  const { green, yellow, red, dim } = coloursFor(process.stdout);
  return { ok: green, note: yellow, bad: red, skipped: dim }[verdict](verdict.padEnd(9));
}

import type { coloursFor } from "./colour.ts";

type Colours = ReturnType<typeof coloursFor>;

const GOOD = new Set(["Running", "True"]);
const BAD = new Set(["Failed", "False", "Unknown", "CrashLoopBackOff"]);
const BUSY = new Set(["Pending", "Scheduled", "Building", "Starting", "Stopping", "Terminating"]);

/** A cell of a PHASE or READY column in the colour of what it says; every other cell as it is. */
export function colourCell(heading: string, cell: string, colours: Colours): string {
  if (heading !== "PHASE" && heading !== "READY") return cell;
  if (GOOD.has(cell)) return colours.green(cell);
  if (BAD.has(cell)) return colours.red(cell);
  return BUSY.has(cell) ? colours.yellow(cell) : cell;
}

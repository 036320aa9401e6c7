import type { coloursFor } from "./colour.ts";

type Colours = ReturnType<typeof coloursFor>;

const GOOD = new Set(["Running", "Ready", "Accepted", "True"]);
const BAD = new Set(["Failed", "NotReady", "NotAccepted", "False", "Unknown", "CrashLoopBackOff"]);
const BUSY = new Set(["Pending", "Scheduled", "Building", "Starting", "Stopping", "Terminating"]);

const HEADINGS: readonly string[] = ["PHASE", "STATUS", "READY"];

/** A cell of a column that says what an object is in, in the colour of what it says; every other cell as it is. */
export function colourCell(heading: string, cell: string, colours: Colours): string {
  if (!HEADINGS.includes(heading)) return cell;
  if (GOOD.has(cell)) return colours.green(cell);
  if (BAD.has(cell)) return colours.red(cell);
  return BUSY.has(cell) ? colours.yellow(cell) : cell;
}

import { openSync, readSync } from "node:fs";
import { uptime } from "node:os";

const FILE = "/proc/uptime";
const text = Buffer.alloc(64);
/** Opened when it is first asked for, and never closed; undefined where there is none. */
let file: { readonly descriptor: number | undefined } | undefined;

/**
 * Milliseconds since boot, suspend included, in steps of 10. What os.uptime() reads too, but that opens the file each time:
 * 7 us instead of 3, and every start of a guest and every heartbeat asks more than once.
 */
export function bootTime(): number {
  file ??= opened();
  const seconds = file.descriptor === undefined ? Number.NaN : readSeconds(file.descriptor);
  return (seconds > 0 ? seconds : uptime()) * 1000;
}

function opened(): { readonly descriptor: number | undefined } {
  try {
    return { descriptor: openSync(FILE, "r") };
  } catch {
    return { descriptor: undefined };
  }
}

/** `1234.56 789.01`: the first number. Not a number where it cannot be read. */
function readSeconds(descriptor: number): number {
  try {
    const length = readSync(descriptor, text, 0, text.length, 0);
    return Number.parseFloat(text.toString("latin1", 0, length));
  } catch {
    return Number.NaN;
  }
}

import type { Event } from "../../../resources/event.ts";
import { formatAge } from "../output/age.ts";
import { printable } from "../output/cell.ts";

export const EVENT_HEADINGS = ["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"];

/** `12s (x3 over 5m)` for what came again. */
export function eventCells(event: Event, now: number): string[] {
  const last = formatAge(event.lastTimestamp, now);
  const seen = event.count > 1 ? `${last} (x${event.count} over ${formatAge(event.firstTimestamp, now)})` : last;
  const object = `${event.kind.toLowerCase()}/${event.name}`;
  return [seen, event.type, event.reason, object, event.message].map(printable);
}

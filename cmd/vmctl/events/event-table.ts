import type { Event } from "../../../resources/event.ts";
import { formatAge } from "../output/age.ts";
import { formatCell, printable } from "../output/cell.ts";
import { Table } from "../output/table.ts";

/** `12s (x3 over 5m)` for what came again. */
export function eventCells(event: Event, now: number): string[] {
  const last = formatAge(event.lastTimestamp, now);
  const seen = event.count > 1 ? `${last} (x${event.count} over ${formatAge(event.firstTimestamp, now)})` : last;
  const object = `${event.kind.toLowerCase()}/${event.name}`;
  return [seen, event.type, event.reason, object, event.message].map(printable);
}

export interface EventTableOptions {
  /** A column for it, where events of several are shown. */
  readonly namespace: boolean;
  readonly headings: boolean;
  readonly now: () => number;
}

/** A table of events that later ones line up with. */
export class EventTable {
  readonly #table = new Table();
  readonly #options: EventTableOptions;

  constructor(options: EventTableOptions) {
    this.#options = options;
  }

  /** Headings and rows. */
  lines(events: readonly Event[]): string[] {
    const { namespace, headings } = this.#options;
    const first = ["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"];
    const lines = this.#table.lines([
      namespace ? ["NAMESPACE", ...first] : first,
      ...events.map((event) => this.#row(event)),
    ]);
    return headings ? lines : lines.slice(1);
  }

  line(event: Event): string {
    return this.#table.line(this.#row(event));
  }

  #row(event: Event): string[] {
    const { namespace, now } = this.#options;
    const cells = eventCells(event, now());
    return namespace ? [formatCell(event.namespace), ...cells] : cells;
  }
}

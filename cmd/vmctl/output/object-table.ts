import type { KindInfo } from "../../../resources/kinds.ts";
import type { JoinedObject } from "../../../store/objects/joined-object.ts";
import { coloursFor } from "./colour.ts";
import { colourCell } from "./colour-cell.ts";
import { type ColumnChoice, cells, headings } from "./object-columns.ts";
import { Table } from "./table.ts";

export type WatchEvent = "ADDED" | "MODIFIED" | "DELETED";

export interface ObjectTableOptions {
  readonly kind: KindInfo;
  readonly choice: ColumnChoice;
  readonly now: () => number;
  /** A first column that says what happened; then every change has its line. */
  readonly events?: boolean;
}

/** The table of one kind. Rows that a watch prints later line up with the first ones. */
export class ObjectTable {
  readonly #table = new Table();
  readonly #options: ObjectTableOptions;
  readonly #headings: readonly string[];
  readonly #colours = coloursFor(process.stdout);
  /** What was last printed of an object. */
  readonly #printed = new Map<string, readonly string[]>();

  constructor(options: ObjectTableOptions) {
    this.#options = options;
    const own = headings(options.kind, options.choice);
    this.#headings = options.events ? ["EVENT", ...own] : own;
  }

  /** Headings and rows. */
  lines(objects: readonly JoinedObject[]): string[] {
    const rows = objects.map((object) => this.#row(object, "ADDED"));
    for (const [index, object] of objects.entries()) this.#remember(object, rows[index] ?? []);
    const lines = this.#table.lines([this.#headings, ...rows.map((row) => this.#coloured(row))]);
    return this.#options.choice.noHeadings ? lines.slice(1) : lines;
  }

  /** Its line, or nothing when it would read as the last one did but for the age. */
  changed(object: JoinedObject, event: WatchEvent = "MODIFIED"): string[] {
    const row = this.#row(object, event);
    const isNew = this.#remember(object, row);
    return isNew || this.#options.events ? [this.#table.line(this.#coloured(row))] : [];
  }

  /** Its last line, saying that it is gone where its phase stood. */
  deleted(object: JoinedObject): string {
    const { choice, kind, events } = this.#options;
    this.#printed.delete(identity(object));
    const row = this.#row(object, "DELETED");
    const place = choice.namespace && kind.namespaced ? 2 : 1;
    return this.#table.line(events ? row : row.with(place, "Deleted"));
  }

  #row(object: JoinedObject, event: WatchEvent): string[] {
    const { kind, choice, now, events } = this.#options;
    const own = cells(kind, object, choice, now());
    return events ? [event, ...own] : own;
  }

  #coloured(row: readonly string[]): string[] {
    return row.map((cell, index) => colourCell(this.#headings[index] ?? "", cell, this.#colours));
  }

  /** False if the same was printed before. */
  #remember(object: JoinedObject, row: readonly string[]): boolean {
    const key = identity(object);
    const last = this.#printed.get(key);
    this.#printed.set(key, row);
    const isPassing = (index: number) => PASSING.includes(this.#headings[index] ?? "");
    return !last?.every((cell, index) => cell === row[index] || isPassing(index));
  }
}

/** Columns that differ without anything having changed. */
const PASSING = ["AGE", "EVENT"];

const identity = ({ metadata }: JoinedObject): string => `${metadata.namespace ?? ""}/${metadata.name}/${metadata.uid}`;

import type { KindInfo } from "../../../resources/kinds.ts";
import type { JoinedObject } from "../../../store/objects/joined-object.ts";
import { coloursFor } from "./colour.ts";
import { colourCell } from "./colour-cell.ts";
import { type ColumnChoice, cells, headings } from "./object-columns.ts";
import { Table } from "./table.ts";

/** The table of one kind. Rows that a watch prints later line up with the first ones. */
export class ObjectTable {
  readonly #table = new Table();
  readonly #kind: KindInfo;
  readonly #choice: ColumnChoice;
  readonly #headings: readonly string[];
  readonly #colours = coloursFor(process.stdout);
  readonly #now: () => number;
  /** What was last printed of an object, without its age. */
  readonly #printed = new Map<string, string>();

  constructor(kind: KindInfo, choice: ColumnChoice, now: () => number) {
    this.#kind = kind;
    this.#choice = choice;
    this.#headings = headings(kind, choice);
    this.#now = now;
  }

  /** Headings and rows. */
  lines(objects: readonly JoinedObject[]): string[] {
    const rows = objects.map((object) => this.#row(object));
    for (const [index, object] of objects.entries()) this.#remember(object, rows[index] ?? []);
    return this.#table.lines([this.#headings, ...rows.map((row) => this.#coloured(row))]);
  }

  /** Its line, or nothing when it would read as the last one did but for the age. */
  changed(object: JoinedObject): string[] {
    const row = this.#row(object);
    return this.#remember(object, row) ? [this.#table.line(this.#coloured(row))] : [];
  }

  /** Its last line, saying that it is gone where its phase stood. */
  deleted(object: JoinedObject): string {
    this.#printed.delete(identity(object));
    const row = this.#row(object);
    const place = this.#choice.namespace && this.#kind.namespaced ? 2 : 1;
    return this.#table.line(row.with(place, "Deleted"));
  }

  #row(object: JoinedObject): string[] {
    return cells(this.#kind, object, this.#choice, this.#now());
  }

  #coloured(row: readonly string[]): string[] {
    return row.map((cell, index) => colourCell(this.#headings[index] ?? "", cell, this.#colours));
  }

  /** False if the same was printed before. */
  #remember(object: JoinedObject, row: readonly string[]): boolean {
    const text = row.filter((_, index) => this.#headings[index] !== "AGE").join("\0");
    const key = identity(object);
    if (this.#printed.get(key) === text) return false;
    this.#printed.set(key, text);
    return true;
  }
}

const identity = ({ metadata }: JoinedObject): string => `${metadata.namespace ?? ""}/${metadata.name}/${metadata.uid}`;

import type { KindInfo } from "../../../resources/kinds.ts";
import type { JoinedObject } from "../../../store/objects/joined-object.ts";
import type { MatchedChange } from "../select/matching-changes.ts";
import { CustomTable } from "./custom-columns.ts";
import { formatDocument } from "./format-document.ts";
import type { Output } from "./get-output.ts";
import { rawFor } from "./hostile.ts";
import type { ColumnChoice } from "./object-columns.ts";
import { ObjectTable } from "./object-table.ts";
import { nameLine } from "./print-objects.ts";

export interface WatchPrinterOptions {
  readonly kind: KindInfo;
  readonly output: Output;
  readonly columns: ColumnChoice;
  /** Say what each change was. */
  readonly events: boolean;
  /** Of what is there at the start, nothing. */
  readonly only: boolean;
  readonly now: () => number;
}
export type PrintChange = (change: MatchedChange) => Promise<string>;

/** Writes the changes of a watch, the start among them, in the form asked for. */
export function watchPrinter(options: WatchPrinterOptions): PrintChange {
  const print = printerFor(options);
  if (!options.only || options.output.type === "table") return print;
  return (change) => print(change.type === "start" ? { type: "start", objects: [] } : change);
}

function printerFor(options: WatchPrinterOptions): PrintChange {
  const { output, kind } = options;
  switch (output.type) {
    case "json":
    case "yaml":
      return documents(output.type, options.events);
    case "name":
      return each(({ object }) => nameLine({ kind, object }));
    case "jsonpath":
      return each(({ object }) => output.template(object, rawFor(process.stdout)));
    case "custom-columns":
      return customLines(new CustomTable(output.columns, !options.columns.noHeadings));
    case "table":
      return tableLines(options);
  }
}

type Single = Exclude<MatchedChange, { type: "start" }>;

/** The start as so many additions; what merely ceased to match is told only where changes have names. */
function singles(change: MatchedChange, events: boolean): readonly Single[] {
  if (change.type === "start") return change.objects.map((object) => ({ type: "ADDED", object }));
  return change.type === "DELETED" && change.left && !events ? [] : [change];
}

const each =
  (line: (change: Single) => string): PrintChange =>
  async (change) =>
    singles(change, false).map(line).join("");

function documents(format: "json" | "yaml", events: boolean): PrintChange {
  const separator = format === "yaml" ? "---\n" : "";
  const shown = ({ type, object }: Single): JoinedObject | object => (events ? { type, object } : object);
  return async (change) => {
    const texts = singles(change, events).map((single) => formatDocument(shown(single), format));
    return (await Promise.all(texts)).map((text) => separator + text).join("");
  };
}

function customLines(table: CustomTable): PrintChange {
  return async (change) =>
    lined(
      change.type === "start"
        ? table.lines(change.objects)
        : singles(change, false).map(({ object }) => table.line(object)),
    );
}

/** The rows of the start that are not shown still make the columns as wide as they will be needed. */
function tableLines({ kind, columns, events, only, now }: WatchPrinterOptions): PrintChange {
  const table = new ObjectTable({ kind, choice: columns, now, events });
  const headingLines = columns.noHeadings ? 0 : 1;
  return async (change) => {
    if (change.type !== "start") return lined(singles(change, events).flatMap((single) => rowOf(table, single)));
    const lines = table.lines(change.objects);
    return lined(only ? lines.slice(0, headingLines) : lines);
  };
}

const rowOf = (table: ObjectTable, { type, object }: Single): string[] =>
  type === "DELETED" ? [table.deleted(object)] : table.changed(object, type);

const lined = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");

import type { FoundObject } from "../select/find-objects.ts";
import { printable } from "./cell.ts";
import { CustomTable } from "./custom-columns.ts";
import { formatDocument } from "./format-document.ts";
import type { Output } from "./get-output.ts";
import { rawFor } from "./hostile.ts";
import { listDocument } from "./list-document.ts";
import type { ColumnChoice } from "./object-columns.ts";
import { ObjectTable } from "./object-table.ts";

export interface PrintOptions {
  readonly output: Output;
  readonly columns: ColumnChoice;
  /** One object was asked for by name: it is printed itself, not in a List. */
  readonly isSingle: boolean;
  /** Milliseconds since the epoch, for ages. */
  readonly now: number;
}

/** What was found, as it was asked for; nothing at all for an empty table. */
export async function printObjects(found: readonly FoundObject[], options: PrintOptions): Promise<string> {
  const { output } = options;
  const document = options.isSingle && found[0] ? found[0].object : listDocument(found.map(({ object }) => object));
  switch (output.type) {
    case "json":
    case "yaml":
      return formatDocument(document, output.type);
    case "jsonpath":
      return output.template(document, rawFor(process.stdout));
    case "name":
      return found.map(nameLine).join("");
    case "custom-columns": {
      const table = new CustomTable(output.columns, !options.columns.noHeadings);
      return found.length === 0 ? "" : text(table.lines(found.map(({ object }) => object)));
    }
    case "table":
      return tables(found, options);
  }
}

/** `instance/web-1`. */
export const nameLine = ({ kind, object }: FoundObject): string =>
  `${kind.singular}/${printable(object.metadata.name)}\n`;

/** One table per kind, an empty line between two. */
function tables(found: readonly FoundObject[], { columns, now }: PrintOptions): string {
  const kinds = [...new Set(found.map(({ kind }) => kind))];
  const blocks = kinds.map((kind) => {
    const objects = found.filter((item) => item.kind === kind).map(({ object }) => object);
    return text(new ObjectTable({ kind, choice: columns, now: () => now }).lines(objects));
  });
  return blocks.join("\n");
}

const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");

import { UsageError } from "../../config/usage-error.ts";
import { type JsonPath, parseJsonPath } from "../select/json-path.ts";
import { formatCell, NONE } from "./cell.ts";
import { Table } from "./table.ts";

/** A column as the user defines it. */
export interface CustomColumn {
  readonly heading: string;
  readonly find: JsonPath;
}

/** `NAME:.metadata.name,IP:.status.addresses[*].ip`; a comma within brackets separates nothing. */
export function parseCustomColumns(text: string): readonly CustomColumn[] {
  return splitOutsideBrackets(text).map((part) => {
    const [, heading = "", path = ""] = /^([^:]*):(.*)$/s.exec(part) ?? [];
    if (heading === "" || path === "")
      throw new UsageError(`-o custom-columns: HEADING:.path expected, got ${JSON.stringify(part)}`);
    return { heading, find: parseJsonPath(path) };
  });
}

/** kubectl's form: a line of headings, and under each of them a path. */
export function parseColumnsFile(text: string): readonly CustomColumn[] {
  const [headings = [], paths = [], ...more] = text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "")
    .map((line) => line.trim().match(/(?:\[[^\]]*\]?|[^\s[])+/g) ?? []);
  if (more.length > 0 || headings.length === 0 || headings.length !== paths.length)
    throw new UsageError(
      `-o custom-columns-file: a line of headings and a line of as many paths expected, got ${headings.length} and ${paths.length}${more.length > 0 ? ", and more lines" : ""}`,
    );
  return headings.map((heading, index) => ({ heading, find: parseJsonPath(paths[index] ?? "") }));
}

const splitOutsideBrackets = (text: string): readonly string[] => text.match(/(?:\[[^\]]*\]?|[^,[])+/g) ?? [text];

/** A table of these columns that later rows line up with. */
export class CustomTable {
  readonly #table = new Table();
  readonly #columns: readonly CustomColumn[];
  readonly #hasHeadings: boolean;

  constructor(columns: readonly CustomColumn[], hasHeadings: boolean) {
    this.#columns = columns;
    this.#hasHeadings = hasHeadings;
  }

  /** Headings and rows. */
  lines(objects: readonly unknown[]): string[] {
    const headings = this.#columns.map(({ heading }) => formatCell(heading));
    const lines = this.#table.lines([headings, ...objects.map((object) => this.#cells(object))]);
    return this.#hasHeadings ? lines : lines.slice(1);
  }

  line(object: unknown): string {
    return this.#table.line(this.#cells(object));
  }

  #cells(object: unknown): string[] {
    return this.#columns.map(({ find }) => find(object).map(formatCell).join(",") || NONE);
  }
}

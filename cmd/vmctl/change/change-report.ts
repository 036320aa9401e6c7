import { API_VERSION } from "../../../resources/meta.ts";
import { printable } from "../output/cell.ts";
import { formatDocument } from "../output/format-document.ts";
import { oneOfFormats } from "../output/output-format.ts";
import { withoutClearText } from "../output/secret-text.ts";
import { formatReference, type Reference } from "../select/references.ts";
import type { Talk } from "../talk/talk.ts";
import type { ShownDocument } from "./shown-document.ts";

const FORMATS = ["json", "yaml", "name"] as const;
export type ChangeFormat = (typeof FORMATS)[number];

export const parseChangeFormat = (text: string | undefined): ChangeFormat | undefined => oneOfFormats(text, FORMATS);

export interface ReportOptions {
  readonly format: ChangeFormat | undefined;
  readonly isDryRun: boolean;
}

/** Says what became of each object, or prints the objects themselves when it was asked for. */
export class ChangeReport {
  readonly #talk: Talk;
  readonly #options: ReportOptions;
  readonly #documents: ShownDocument[] = [];

  constructor(talk: Talk, options: ReportOptions) {
    this.#talk = talk;
    this.#options = options;
  }

  /** `done`: `patched`, `patched (no change)`. */
  add(reference: Reference, done: string, document: ShownDocument): void {
    const { format, isDryRun } = this.#options;
    const name = formatReference(reference);
    if (format === undefined) this.#talk.say(`${name} ${done}${isDryRun ? " (dry run)" : ""}`);
    else if (format === "name") process.stdout.write(`${printable(name)}\n`);
    else this.#documents.push(withoutClearText(document));
  }

  /** Documents are printed together: one by itself, several as a List. */
  async end(): Promise<void> {
    const { format } = this.#options;
    const [first, ...more] = this.#documents;
    if (!first || (format !== "json" && format !== "yaml")) return;
    const document = more.length === 0 ? first : { apiVersion: API_VERSION, kind: "List", items: this.#documents };
    process.stdout.write(await formatDocument(document, format));
  }
}

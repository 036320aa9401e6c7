import type { KindInfo } from "../../../resources/kinds.ts";
import type { JoinedObject } from "../../../store/objects/joined-object.ts";
import { UsageError } from "../../config/usage-error.ts";
import type { ColumnChoice } from "../output/object-columns.ts";
import { type OutputFormat, parseOutputFormat } from "../output/output-format.ts";
import { parseLabelSelector } from "../select/label-selector.ts";
import { parseSelection, type Selection } from "../select/references.ts";
import type { GetFlags } from "./get-command.ts";

/** A parsed `get`. */
export interface GetRequest {
  readonly selection: Selection;
  readonly format: OutputFormat;
  readonly allNamespaces: boolean;
  readonly matches: (object: JoinedObject) => boolean;
}

export function parseGetRequest(words: readonly string[], flags: GetFlags): GetRequest {
  const selection = parseSelection(words);
  const allNamespaces = flags.allNamespaces ?? false;
  if (selection.type === "objects" && allNamespaces) throw new UsageError("-A lists: it takes no names");
  if (selection.type === "objects" && flags.selector) throw new UsageError("give names or -l, not both");
  const byLabels = flags.selector === undefined ? undefined : parseLabelSelector(flags.selector);
  return {
    selection,
    format: parseOutputFormat(flags.output),
    allNamespaces,
    matches: (object) => byLabels?.(object.metadata.labels) ?? true,
  };
}

/** Which columns the request asks for. */
export const columnChoice = ({ selection, format, allNamespaces }: GetRequest): ColumnChoice => ({
  wide: format === "wide",
  namespace: allNamespaces,
  kindPrefix: kindsOf(selection).length > 1,
});

const kindsOf = (selection: Selection): readonly KindInfo[] =>
  selection.type === "kinds" ? selection.kinds : [...new Set(selection.references.map(({ kind }) => kind))];

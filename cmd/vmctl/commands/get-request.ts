import type { KindInfo } from "../../../resources/kinds.ts";
import type { JoinedObject } from "../../../store/objects/joined-object.ts";
import { UsageError } from "../../config/usage-error.ts";
import { type Output, parseOutput } from "../output/get-output.ts";
import type { ColumnChoice } from "../output/object-columns.ts";
import { withoutManagedFields } from "../output/without-managed-fields.ts";
import { parseFieldSelector } from "../select/field-selector.ts";
import { looksLikeUid } from "../select/find-by-uid.ts";
import { kindsOfCategory } from "../select/kind-words.ts";
import { parseLabelSelector } from "../select/label-selector.ts";
import { kindsOf, type Selection } from "../select/references.ts";
import { parseSort, type Sort } from "../select/sort-objects.ts";
import type { GetFlags } from "./get-command.ts";

/** A parsed `get`. */
export interface GetRequest {
  readonly selection: Selection;
  readonly output: Output;
  readonly columns: ColumnChoice;
  readonly allNamespaces: boolean;
  readonly ignoreNotFound: boolean;
  readonly sort: Sort;
  /** An object as it is shown: without what is only shown when asked for. */
  readonly shown: (object: JoinedObject) => JoinedObject;
  readonly matches: (kind: KindInfo, object: JoinedObject) => boolean;
  readonly watch: WatchChoice | undefined;
}
export interface WatchChoice {
  /** Not what is there at the start. */
  readonly only: boolean;
  /** Each change with what it was. */
  readonly events: boolean;
  /** The table kept in place. */
  readonly live: boolean;
}

/** UsageError for whatever the flags and words cannot mean. `words`: those that made the selection, if any did. */
export async function parseGetRequest(
  selection: Selection,
  words: readonly string[],
  flags: GetFlags,
): Promise<GetRequest> {
  refuseContradictions(selection, flags);
  const kinds = kindsOf(selection);
  const output = await parseOutput(flags.output);
  const watch = watchChoice(flags, output);
  if (watch && flags.filename) throw new UsageError("a watch follows a kind or names, not -f");
  if (watch && kinds.length > 1) throw new UsageError("a watch follows one kind at a time");
  return {
    selection,
    output,
    columns: columnChoice(namesSeveral(words, kinds), output, flags),
    allNamespaces: flags.allNamespaces ?? false,
    ignoreNotFound: flags.ignoreNotFound ?? false,
    sort: flags.sortBy === undefined ? (found) => found : parseSort(flags.sortBy, kinds),
    shown: flags.showManagedFields ? (object) => object : withoutManagedFields,
    matches: parseMatches(kinds, flags),
    watch,
  };
}

function refuseContradictions(selection: Selection, { allNamespaces, selector, fieldSelector, chunkSize }: GetFlags) {
  if (chunkSize !== undefined && !/^\d+$/.test(chunkSize))
    throw new UsageError(`--chunk-size ${chunkSize}: a number expected`);
  if (selection.type === "kinds") return;
  const name = selection.references.find((reference) => !looksLikeUid(reference.name))?.name;
  if (allNamespaces && name !== undefined) throw new UsageError(`-A lists: it takes uids, no names such as ${name}`);
  if (selector !== undefined) throw new UsageError("give names or -l, not both");
  if (fieldSelector !== undefined) throw new UsageError("give names or --field-selector, not both");
}

function parseMatches(kinds: readonly KindInfo[], { selector, fieldSelector }: GetFlags): GetRequest["matches"] {
  const byLabels = selector === undefined ? undefined : parseLabelSelector(selector);
  const byFields = fieldSelector === undefined ? undefined : parseFieldSelector(fieldSelector, kinds);
  return (kind, object) => (byLabels?.(object.metadata.labels) ?? true) && (byFields?.(kind, object) ?? true);
}

/** Also a category that holds one kind today: what reads the names need not care. */
const namesSeveral = ([word = ""]: readonly string[], kinds: readonly KindInfo[]): boolean =>
  kinds.length > 1 || word.split(",").some((one) => kindsOfCategory(one) !== undefined);

function columnChoice(kindPrefix: boolean, output: Output, flags: GetFlags): ColumnChoice {
  return {
    wide: output.type === "table" && output.wide,
    namespace: flags.allNamespaces ?? false,
    kindPrefix: kindPrefix || (flags.showKind ?? false),
    labels: flags.labelColumns ?? [],
    showLabels: flags.showLabels ?? false,
    noHeadings: !flags.headers,
  };
}

function watchChoice(flags: GetFlags, output: Output): WatchChoice | undefined {
  const { watch = false, watchOnly: only = false, live = false, outputWatchEvents: events = false } = flags;
  const isWatch = watch || only || live;
  if (events && !isWatch) throw new UsageError("--output-watch-events goes with -w or --watch-only");
  const problem = WATCH_PROBLEMS.find(({ when }) => when({ only, events, live }, output))?.says;
  if (problem !== undefined) throw new UsageError(problem);
  return isWatch ? { only, events, live } : undefined;
}

const WATCH_PROBLEMS: readonly { when: (choice: WatchChoice, output: Output) => boolean; says: string }[] = [
  { when: ({ live }, { type }) => live && type !== "table", says: "--live keeps a table: it goes with -o wide only" },
  {
    when: ({ live, only, events }) => live && (only || events),
    says: "--live shows what is there: --watch-only and --output-watch-events go with -w",
  },
  {
    when: ({ events }, { type }) => events && !["table", "json", "yaml"].includes(type),
    says: "--output-watch-events goes with a table, json or yaml",
  },
];

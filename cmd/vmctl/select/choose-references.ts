import { UsageError } from "../../config/usage-error.ts";
import type { Session } from "../connection/session.ts";
import type { FileFlags } from "./file-flags.ts";
import { findObjects } from "./find-objects.ts";
import { kindsOfCategory } from "./kind-words.ts";
import { parseLabelSelector } from "./label-selector.ts";
import { parseSelection, type Reference } from "./references.ts";

export interface ChoiceFlags extends FileFlags {
  readonly selector?: string;
  readonly all?: boolean;
}

/**
 * The objects that words or flags name: `KIND NAME…`, `KIND/NAME…`, `KIND -l LABELS`, `KIND --all`, `-f FILE`.
 * UsageError for none or several of these; `verb` is for that message. Files that are not valid: CommandFailure.
 */
export async function chooseReferences(
  session: Session,
  words: readonly string[],
  flags: ChoiceFlags,
  verb: string,
): Promise<readonly Reference[]> {
  const ways = [flags.filename, flags.selector, flags.all].filter(Boolean).length;
  if (ways > 1) throw new UsageError("give one of -f, -l and --all");
  if (flags.filename) return fromFiles(session, words, flags);
  const selection = parseSelection(words);
  if (selection.type === "objects") {
    if (ways > 0) throw new UsageError("give names, or -l, or --all");
    return selection.references;
  }
  refuseWideCategory(words[0] ?? "", verb);
  if (ways === 0) throw new UsageError(`${verb} which? Give names, -l LABELS or --all`);
  const byLabels = flags.selector === undefined ? undefined : parseLabelSelector(flags.selector);
  const { found } = await findObjects(session, selection);
  const wanted = found.filter(({ object }) => byLabels?.(object.metadata.labels) ?? true);
  return wanted.map(({ kind, object }) => ({ kind, name: object.metadata.name }));
}

async function fromFiles(
  session: Session,
  words: readonly string[],
  flags: ChoiceFlags,
): Promise<readonly Reference[]> {
  if (words.length > 0) throw new UsageError("give names or -f, not both");
  const { manifestReferences } = await import("../change/manifest-references.ts");
  const { namespace } = session.connection;
  return manifestReferences(flags.filename ?? [], { recursive: flags.recursive ?? false, namespace });
}

/** `delete cluster --all` would take hypervisors, images and namespaces with one word. */
function refuseWideCategory(word: string, verb: string): void {
  const wide = word.split(",").find((one) => one !== "all" && kindsOfCategory(one));
  if (wide !== undefined) throw new UsageError(`"${wide}" is for looking: ${verb} kinds by their own names`);
}

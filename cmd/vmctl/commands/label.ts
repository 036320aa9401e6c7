import type { Command } from "commander";
import type { StoredObject } from "../../../resources/meta.ts";
import { CodedError } from "../../../runtime/errors.ts";
import { UsageError } from "../../config/usage-error.ts";
import { changeObject } from "../change/change-object.ts";
import { explainRefusal } from "../change/change-refused.ts";
import { ChangeReport, parseChangeFormat } from "../change/change-report.ts";
import { parseDryRun } from "../change/dry-run.ts";
import { reportEach } from "../change/each-object.ts";
import { type MarkField, type MarkWords, parseMarkWords } from "../change/mark-words.ts";
import { shownDocument } from "../change/shown-document.ts";
import { withMarks } from "../change/with-marks.ts";
import { CommandFailure } from "../command-failure.ts";
import { type Session, withSession } from "../connection/session.ts";
import { EXIT } from "../exit-code.ts";
import { chooseReferences } from "../select/choose-references.ts";
import { formatReference, type Reference } from "../select/references.ts";
import type { LabelFlags, MarkVerb } from "./label-command.ts";

const FIELD: Readonly<Record<MarkVerb, MarkField>> = { label: "labels", annotate: "annotations" };

export async function runLabel(
  verb: MarkVerb,
  words: readonly string[],
  flags: LabelFlags,
  command: Command,
): Promise<void> {
  const marks = parseMarkWords(words, FIELD[verb]);
  const options = { format: parseChangeFormat(flags.output), isDryRun: parseDryRun(flags.dryRun) !== undefined };
  if (flags.list && marks.change.size > 0) throw new UsageError("--list prints, it changes nothing");
  if (!flags.list && marks.change.size === 0)
    throw new UsageError(`which ${FIELD[verb]}? key=value sets one, key- removes it, --list prints them`);
  await withSession(command, async (session) => {
    const references = await chooseReferences(session, marks.objects, flags, verb);
    if (flags.resourceVersion !== undefined && references.length > 1)
      throw new UsageError("--resource-version is for one object");
    if (flags.list) {
      const { listMarks } = await import("../change/list-marks.ts");
      return listMarks(session, references, FIELD[verb]);
    }
    const report = new ChangeReport(session.talk, options);
    const work = (reference: Reference) => mark({ session, verb, marks, flags, report }, reference, options.isDryRun);
    await reportEach(references, { signal: session.signal, report }, work);
  });
}

interface Marking {
  readonly session: Session;
  readonly verb: MarkVerb;
  readonly marks: MarkWords;
  readonly flags: LabelFlags;
  readonly report: ChangeReport;
}

async function mark(marking: Marking, reference: Reference, dryRun: boolean): Promise<void> {
  const { session, verb, marks, flags, report } = marking;
  const name = formatReference(reference);
  const change = (current: StoredObject, at: number) => marked(marking, name, current, at);
  const options = { fieldManager: flags.fieldManager, dryRun };
  const { object, modRevision, changed } = await changeObject(session, reference, change, options).catch(
    (error: unknown) => {
      throw explainRefusal(error, `${name} ${DONE[verb].not}`);
    },
  );
  const isRemoval = [...marks.change.values()].every((value) => value === undefined);
  const done = isRemoval ? DONE[verb].removed : DONE[verb].set;
  report.add(reference, changed ? done : DONE[verb].not, shownDocument({ object, modRevision }));
}

/** kubectl's words, and one for annotations that were removed. */
const DONE = {
  label: { set: "labeled", removed: "unlabeled", not: "not labeled" },
  annotate: { set: "annotated", removed: "unannotated", not: "not annotated" },
} as const;

function marked({ verb, marks, flags }: Marking, name: string, current: StoredObject, at: number): StoredObject {
  const field = FIELD[verb];
  if (flags.resourceVersion !== undefined && flags.resourceVersion !== String(at))
    throw new CodedError("Conflict", `resourceVersion is ${at} now, not ${flags.resourceVersion}`);
  const before = new Map(Object.entries(current.metadata[field] ?? {}));
  const taken = [...marks.change].find(([key, value]) => {
    const old = before.get(key);
    return value !== undefined && old !== undefined && old !== value;
  });
  if (taken && !flags.overwrite) {
    const message = `${taken[0]} is ${JSON.stringify(before.get(taken[0]))} already (--overwrite changes it)`;
    throw new CommandFailure(EXIT.failed, `${name} ${DONE[verb].not}: ${message}`, { reason: "AlreadySet" });
  }
  return withMarks(current, field, marks.change);
}

import type { LiveObject } from "../../../../apply/plan-apply.ts";
import { canonicalJson } from "../../../../resources/canonical-json.ts";
import type { StoredObject } from "../../../../resources/meta.ts";
import { formatProblem } from "../../../../resources/problem.ts";
import { ObjectError } from "../../../../store/objects/object-error.ts";
import type { Mutate, Updated } from "../../../../store/objects/update-object.ts";
import { CommandFailure } from "../../command-failure.ts";
import { EXIT } from "../../exit-code.ts";
import { formatReference, type Reference } from "../../select/references.ts";
import { InvalidChange, problemsOf, requireChanged } from "../change-refused.ts";
import { shownDocument } from "../shown-document.ts";
import type { EditFile } from "./edit-file.ts";
import { firstRound, freshRound, type Round, sameAgain } from "./edit-round.ts";
import { bodyOf, type EditedText, type EditNote, readBody, withNotes } from "./edit-text.ts";

/** What an edit needs of the world. */
export interface EditWorld {
  readonly file: EditFile;
  /** Lets the person edit that file. CommandFailure when the editor failed. */
  readonly openEditor: (path: string) => Promise<void>;
  /** See changeObject; a change that returns its argument reads. */
  readonly change: (reference: Reference, mutate: Mutate) => Promise<Updated>;
  /** Says something on standard error at once. */
  readonly warn: (line: string) => void;
}

/** Somebody else changed the object since it was shown. */
class Overtaken extends Error {
  readonly live: LiveObject;
  constructor(live: LiveObject) {
    super("the object was changed by somebody else");
    this.live = live;
  }
}

/**
 * Shows the object in an editor until what was saved is stored, or the person gives up (no change, an empty file).
 * Whatever goes wrong afterwards, the text stays in the file. Returns what became of the object.
 */
export async function editObject(world: EditWorld, reference: Reference): Promise<string> {
  let round = await firstRound(await world.change(reference, (it) => it));
  for (;;) {
    await world.file.write(withNotes([...header(reference), ...round.notes], round.body));
    const saved = await edit(world, round);
    const text = readBody(saved);
    if (text.kind === "empty") return giveUp(world.file, reference, round, "");
    if (saved.trimEnd() === round.body.trimEnd()) return giveUp(world.file, reference, round, saved);
    const next = await store(world, reference, { ...round, body: saved }, text);
    if (typeof next === "string") return next;
    round = next;
  }
}

const header = (reference: Reference): EditNote[] => [
  {
    text: `${formatReference(reference)}: what you save is stored. Nothing is when you change nothing, or empty the file.`,
  },
  { text: "These comments at the top are left out." },
  { text: "" },
];

/** The body that was saved. */
async function edit({ file, openEditor, warn }: EditWorld, round: Round): Promise<string> {
  try {
    await openEditor(file.path);
    return bodyOf(await file.read());
  } catch (error) {
    const saved = await file.read().then(bodyOf, () => "");
    const isWork = saved.trim() !== "" && saved !== round.body;
    if (isWork || round.givenUp) warn(keptText(await lastText(file, saved, round)));
    else file.release();
    throw error;
  }
}

export const keptText = (path: string): string => `your text is kept in ${path}`;

/** Where the last text is: in the file, or in a copy of what was there before somebody emptied it. */
async function lastText(file: EditFile, saved: string, { body }: Round): Promise<string> {
  if (saved.trim() !== "") return file.keptAt();
  file.release();
  return file.keepCopy(body);
}

/** The person has had enough. After something went wrong that is a failure, and the text is kept. */
async function giveUp(file: EditFile, reference: Reference, round: Round, saved: string): Promise<string> {
  const name = formatReference(reference);
  const { givenUp } = round;
  if (!givenUp || givenUp.exitCode === EXIT.conflict) file.release();
  if (!givenUp) return `${name} not changed: ${saved.trim() === "" ? "the file was empty" : "nothing was edited"}`;
  const kept = givenUp.exitCode === EXIT.conflict ? "" : `: ${keptText(await lastText(file, saved, round))}`;
  throw new CommandFailure(givenUp.exitCode, `${name} not changed, ${givenUp.why}${kept}`);
}

/** What became of it, or what the person sees next. */
async function store(
  world: EditWorld,
  reference: Reference,
  round: Round,
  text: Exclude<EditedText, { kind: "empty" }>,
): Promise<Round | string> {
  if (text.kind === "unreadable") return sameAgain(round, reference, text.notes);
  try {
    const { changed } = await world.change(reference, (current, at) => edited(round.base, text.value, current, at));
    world.file.release();
    return `${formatReference(reference)} ${changed ? "edited" : "not changed: the text says what it said before"}`;
  } catch (error) {
    const notes = notesOf(error, text);
    if (notes) return sameAgain(round, reference, notes);
    if (isAnotherRevision(error, round)) return overtaken(world, reference, round, error.live);
    throw error instanceof Overtaken ? replacedMeanwhile(reference) : error;
  }
}

const isAnotherRevision = (error: unknown, { base }: Round): error is Overtaken =>
  error instanceof Overtaken && error.live.object.metadata.uid === base.object.metadata.uid;

const replacedMeanwhile = (reference: Reference): CommandFailure =>
  new CommandFailure(
    EXIT.conflict,
    `${formatReference(reference)} was deleted meanwhile, and another one made of its name`,
  );

function edited(base: LiveObject, wanted: unknown, current: StoredObject, modRevision: number): StoredObject {
  const live = { object: current, modRevision };
  if (visible(current) !== visible(base.object)) throw new Overtaken(live);
  return requireChanged(live, withLock(wanted, String(base.modRevision), String(modRevision)));
}

/** Who owns a field may have changed without anything that is shown. */
const visible = (object: StoredObject): string => canonicalJson(shownDocument({ object, modRevision: 0 }));

/** The revision that was shown is as good as the present one, or Overtaken had been thrown; another is a slip. */
function withLock(wanted: unknown, shown: string, now: string): unknown {
  const { metadata } = (wanted ?? {}) as { metadata?: { resourceVersion?: unknown } | null };
  if (metadata?.resourceVersion === undefined) return wanted;
  if (metadata.resourceVersion === shown)
    return { ...(wanted as object), metadata: { ...metadata, resourceVersion: now } };
  const message = `cannot be changed (it is "${shown}")`;
  throw new InvalidChange([{ path: ["metadata", "resourceVersion"], message }]);
}

function notesOf(error: unknown, text: EditedText & { kind: "document" }): readonly EditNote[] | undefined {
  const problems = problemsOf(error);
  if (problems) return problems.map((it) => ({ text: formatProblem(it), position: text.positionOf(it.path) }));
  const isRefusal = error instanceof ObjectError && error.code !== "NotFound" && error.code !== "Malformed";
  return isRefusal ? [{ text: error.message }] : undefined;
}

async function overtaken(world: EditWorld, reference: Reference, round: Round, live: LiveObject): Promise<Round> {
  const kept = keptText(await world.file.keepCopy(round.body));
  const fresh = await freshRound(round.base, live, reference, kept);
  world.warn(`${formatReference(reference)}: ${fresh.givenUp.why}`);
  return fresh;
}

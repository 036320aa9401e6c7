import type { LiveObject } from "../../../../apply/plan-apply.ts";
import { canonicalJson } from "../../../../resources/canonical-json.ts";
import type { StoredObject } from "../../../../resources/meta.ts";
import { formatProblem } from "../../../../resources/problem.ts";
import { ObjectError } from "../../../../store/objects/object-error.ts";
import type { Mutate, Updated } from "../../../../store/objects/update-object.ts";
import { CommandFailure } from "../../command-failure.ts";
import { EXIT, type ExitCode } from "../../exit-code.ts";
import { formatDocument } from "../../output/format-document.ts";
import { formatReference, type Reference } from "../../select/references.ts";
import { InvalidChange, problemsOf, requireChanged } from "../change-refused.ts";
import { shownDocument } from "../shown-document.ts";
import type { EditFile } from "./edit-file.ts";
import { bodyOf, type EditedText, type EditNote, readBody, withNotes } from "./edit-text.ts";
import { fieldDifferences } from "./field-differences.ts";

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

/** What is on the editor's screen. */
interface Round {
  readonly base: LiveObject;
  readonly body: string;
  readonly notes: readonly EditNote[];
  /** How it ends when the person gives up now; absent: nothing has gone wrong yet. */
  readonly givenUp?: { readonly exitCode: ExitCode; readonly why: string };
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
 * Whatever goes wrong afterwards, the text stays in a file and its path is said. Returns what became of the object.
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

const firstRound = async (base: LiveObject): Promise<Round> => ({ base, body: await bodyFor(base), notes: [] });

const bodyFor = (live: LiveObject): Promise<string> => formatDocument(shownDocument(live), "yaml");

/** The body that was saved. */
async function edit({ file, openEditor, warn }: EditWorld, round: Round): Promise<string> {
  try {
    await openEditor(file.path);
    return bodyOf(await file.read());
  } catch (error) {
    const saved = await file.read().then(bodyOf, () => "");
    const isWork = saved.trim() !== "" && saved !== round.body;
    if (isWork || round.givenUp) warn(keptText(await keep(file, saved, round)));
    throw error;
  }
}

const keptText = (path: string): string => `your text is kept in ${path}`;

/** The path of the last text that there was: what is in the file, or what was before somebody emptied it. */
const keep = async (file: EditFile, saved: string, { body }: Round): Promise<string> =>
  saved.trim() === "" ? file.keepCopy(body) : file.keep();

/** The person has had enough. After something went wrong that is a failure, and the text is kept. */
async function giveUp(file: EditFile, reference: Reference, round: Round, saved: string): Promise<string> {
  const name = formatReference(reference);
  const { givenUp } = round;
  if (!givenUp) return `${name} not changed: ${saved.trim() === "" ? "the file was empty" : "nothing was edited"}`;
  const kept = givenUp.exitCode === EXIT.conflict ? "" : `: ${keptText(await keep(file, saved, round))}`;
  throw new CommandFailure(givenUp.exitCode, `${name} not changed, ${givenUp.why}${kept}`);
}

/** What became of it, or what the person sees next. */
async function store(
  world: EditWorld,
  reference: Reference,
  round: Round,
  text: Exclude<EditedText, { kind: "empty" }>,
): Promise<Round | string> {
  if (text.kind === "unreadable") return again(round, reference, text.notes);
  try {
    const { changed } = await world.change(reference, (current, at) => edited(round.base, text.value, current, at));
    return `${formatReference(reference)} ${changed ? "edited" : "not changed: the text says what it said before"}`;
  } catch (error) {
    if (error instanceof Overtaken) return overtaken(world, reference, round, error.live);
    const notes = notesOf(error, text);
    if (notes) return again(round, reference, notes);
    world.warn(keptText(world.file.keep()));
    throw error;
  }
}

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

function again({ base, body }: Round, reference: Reference, notes: readonly EditNote[]): Round {
  const name = formatReference(reference);
  const heading = { text: `${name} was not stored:` };
  const givenUp = { exitCode: EXIT.failed, why: `what was saved is not valid (${notes[0]?.text ?? ""})` };
  return { base, body, notes: [heading, ...notes, { text: "" }], givenUp };
}

async function overtaken(world: EditWorld, reference: Reference, round: Round, live: LiveObject): Promise<Round> {
  const name = formatReference(reference);
  const kept = await world.file.keepCopy(round.body);
  if (live.object.metadata.uid !== round.base.object.metadata.uid) {
    world.warn(keptText(kept));
    throw new CommandFailure(EXIT.conflict, `${name} was deleted meanwhile, and another one made: nothing was changed`);
  }
  const lines = fieldDifferences(reference.kind, round.base.object, live.object);
  const why = `it was changed by somebody else meanwhile: ${keptText(kept)}`;
  world.warn(`${name}: ${why}`);
  const notes = [
    { text: `${name} was changed by somebody else meanwhile:` },
    ...lines.map((line) => ({ text: `  ${line}` })),
    { text: `Below is what it is now; ${keptText(kept)}` },
    { text: "" },
  ];
  return { base: live, body: await bodyFor(live), notes, givenUp: { exitCode: EXIT.conflict, why } };
}

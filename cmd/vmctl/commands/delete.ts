import type { Command } from "commander";
import { didYouMean } from "../../../resources/did-you-mean.ts";
import { CASCADES } from "../../../resources/status-record.ts";
import { isNotFound, ObjectError } from "../../../store/objects/object-error.ts";
import type { DeletionOptions } from "../../../store/objects/request-deletion.ts";
import { UsageError } from "../../config/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import { type Session, withSession } from "../connection/session.ts";
import { EXIT } from "../exit-code.ts";
import { chooseReferences } from "../select/choose-references.ts";
import { notFound } from "../select/find-objects.ts";
import { formatReference, type Reference } from "../select/references.ts";
import { parseWaitCondition } from "../select/wait-condition.ts";
import { awaitObjects } from "../wait/await-objects.ts";
import type { DeleteFlags } from "./delete-command.ts";
import { parseTimeout } from "./wait.ts";

export async function runDelete(words: readonly string[], flags: DeleteFlags, command: Command): Promise<void> {
  const timeoutMs = parseTimeout(flags.timeout) || FOREVER;
  const options = { ...parseGrace(flags), ...parseCascade(flags) };
  await withSession(command, async (session) => {
    const references = await chooseReferences(session, words, flags, "delete");
    if (references.length === 0) session.talk.note("No resources found.");
    const asked = await askAll(session, references, options);
    const going = asked.filter(({ outcome }) => outcome === "asked").map(({ reference }) => reference);
    const { say } = session.talk;
    if (!flags.wait) for (const reference of going) say(`${formatReference(reference)} deletion requested`);
    else if (going.length > 0) {
      const condition = parseWaitCondition("delete");
      await awaitObjects(session, { references: going, condition, timeoutMs, silentMs: SILENT_MS }, say);
    }
    const missing = asked.filter(({ outcome }) => outcome === "missing").map(({ reference }) => reference);
    if (missing.length > 0 && !flags.ignoreNotFound) throw await notFound(session, missing);
    throwRefusals(asked);
  });
}

/** A deletion may wait for ever for what was made from the object: then whoever asked should soon know. */
const SILENT_MS = 5000;

/** setTimeout's own limit: 24 days. */
const FOREVER = 2 ** 31 - 1;

function parseGrace(flags: DeleteFlags): Pick<DeletionOptions, "gracePeriodSeconds"> {
  if (flags.now) return { gracePeriodSeconds: 0 };
  if (flags.gracePeriod === undefined) return {};
  const seconds = Number(flags.gracePeriod);
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= 3600) return { gracePeriodSeconds: seconds };
  throw new UsageError(`--grace-period ${flags.gracePeriod}: seconds from 0 to 3600 expected`);
}

function parseCascade({ cascade }: DeleteFlags): Pick<DeletionOptions, "cascade"> {
  if (cascade === undefined) return {};
  const known = CASCADES.find((name) => name === cascade);
  if (known) return { cascade: known };
  throw new UsageError(`--cascade ${cascade}: ${CASCADES.join(", ")} expected${didYouMean(cascade, CASCADES)}`);
}

type Asked =
  | { readonly reference: Reference; readonly outcome: "asked" | "missing" }
  | { readonly reference: Reference; readonly outcome: "refused"; readonly because: string };

async function askAll(session: Session, references: readonly Reference[], options: DeletionOptions): Promise<Asked[]> {
  const asked: Asked[] = [];
  for (const reference of references) asked.push(await ask(session, reference, options));
  return asked;
}

async function ask(session: Session, reference: Reference, options: DeletionOptions): Promise<Asked> {
  const ref = { namespace: session.connection.namespace, ...reference };
  try {
    await session.objects.requestDeletion(ref, { ...options, signal: session.signal });
    return { reference, outcome: "asked" };
  } catch (error) {
    if (isNotFound(error)) return { reference, outcome: "missing" };
    if (error instanceof ObjectError) return { reference, outcome: "refused", because: error.message };
    throw error;
  }
}

/** What was refused held nothing else back; it is the last word all the same. */
function throwRefusals(asked: readonly Asked[]): void {
  const refused = asked.flatMap((item) => (item.outcome === "refused" ? [item.because] : []));
  if (refused.length > 0) throw new CommandFailure(EXIT.failed, refused.join("; "));
}

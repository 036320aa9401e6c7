import type { Command } from "commander";
import { UsageError } from "../../config/usage-error.ts";
import { changeObject } from "../change/change-object.ts";
import { explainRefusal, requireChanged } from "../change/change-refused.ts";
import { ChangeReport, parseChangeFormat } from "../change/change-report.ts";
import { parseDryRun } from "../change/dry-run.ts";
import { reportEach } from "../change/each-object.ts";
import { parsePatch, parsePatchType, readPatchText } from "../change/patch-request.ts";
import { shownDocument } from "../change/shown-document.ts";
import { type Session, withSession } from "../connection/session.ts";
import { formatReference, parseReferences, type Reference } from "../select/references.ts";
import type { PatchFlags } from "./patch-command.ts";

export async function runPatch(words: readonly string[], flags: PatchFlags, command: Command): Promise<void> {
  const type = parsePatchType(flags.type);
  const dryRun = parseDryRun(flags.dryRun) !== undefined;
  const format = parseChangeFormat(flags.output);
  if (words.length > 0 && flags.filename) throw new UsageError("give names or -f, not both");
  const named = flags.filename ? [] : parseReferences(words);
  const patch = parsePatch(await readPatchText(flags), type);
  await withSession(command, async (session) => {
    const report = new ChangeReport(session.talk, { format, isDryRun: dryRun });
    const references = flags.filename ? await fromFiles(session, flags) : named;
    const work = async (reference: Reference) => {
      const { object, modRevision, changed } = await changeObject(
        session,
        reference,
        (current, at) => {
          const live = { object: current, modRevision: at };
          return requireChanged(live, patch.apply(shownDocument(live)));
        },
        { fieldManager: flags.fieldManager, dryRun },
      ).catch((error: unknown) => {
        throw explainRefusal(error, `${formatReference(reference)} not patched`, patch.format);
      });
      report.add(reference, changed ? "patched" : "patched (no change)", shownDocument({ object, modRevision }));
    };
    await reportEach(references, { signal: session.signal, report }, work);
  });
}

async function fromFiles(session: Session, { filename = [], recursive = false }: PatchFlags) {
  const { manifestReferences } = await import("../change/manifest-references.ts");
  return manifestReferences(filename, { recursive, namespace: session.connection.namespace });
}

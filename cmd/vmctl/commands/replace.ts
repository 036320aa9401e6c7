import type { Command } from "commander";
import type { Manifest } from "../../../apply/manifest.ts";
import { UsageError } from "../../config/usage-error.ts";
import { changeObject } from "../change/change-object.ts";
import { explainRefusal, placedIn, requireChanged } from "../change/change-refused.ts";
import { ChangeReport, parseChangeFormat } from "../change/change-report.ts";
import { parseDryRun } from "../change/dry-run.ts";
import { reportEach } from "../change/each-object.ts";
import { manifestFiles } from "../change/manifest-files.ts";
import { printManifests } from "../change/print-manifests.ts";
import { readManifests } from "../change/read-manifests.ts";
import { replacementOf } from "../change/replacement.ts";
import { shownDocument } from "../change/shown-document.ts";
import { resolveNamespace } from "../connection/resolve-connection.ts";
import { withSession } from "../connection/session.ts";
import { formatReference, type Reference } from "../select/references.ts";
import { talkOf } from "../talk/talk-flags.ts";
import type { ReplaceFlags } from "./replace-command.ts";

export async function runReplace(flags: ReplaceFlags, command: Command): Promise<void> {
  if (flags.force)
    throw new UsageError(
      "replace never deletes: vmctl recreate instance/NAME builds a guest anew from its image (after apply or replace)",
    );
  const files = manifestFiles(flags, "replace");
  const format = parseChangeFormat(flags.output);
  const dryRun = parseDryRun(flags.dryRun);
  const recursive = flags.recursive ?? false;
  if (dryRun === "client") {
    const manifests = await readManifests(files, { recursive, namespace: await resolveNamespace(command) });
    return printManifests(manifests, "replaced", new ChangeReport(talkOf(command), { format, isDryRun: true }));
  }
  await withSession(command, async (session) => {
    const manifests = await readManifests(files, { recursive, namespace: session.connection.namespace });
    const report = new ChangeReport(session.talk, { format, isDryRun: dryRun !== undefined });
    const work = async (manifest: Manifest) => {
      const reference = referenceOf(manifest);
      const { object, modRevision, changed } = await changeObject(
        session,
        reference,
        (current, at) => requireChanged({ object: current, modRevision: at }, replacementOf(manifest.object, current)),
        { fieldManager: flags.fieldManager, dryRun: dryRun !== undefined },
      ).catch((error: unknown) => {
        throw explainRefusal(error, `${formatReference(reference)} not replaced`, placedIn(manifest));
      });
      report.add(reference, changed ? "replaced" : "replaced (no change)", shownDocument({ object, modRevision }));
    };
    await reportEach(manifests, { signal: session.signal, report }, work);
  });
}

function referenceOf({ kind, object: { metadata } }: Manifest): Reference {
  const { name, namespace } = metadata;
  return { kind, name, ...(namespace !== undefined && { namespace }) };
}

import { randomUUID } from "node:crypto";
import type { Command } from "commander";
import type { Manifest } from "../../../apply/manifest.ts";
import { missingNamespaces } from "../../../apply/missing-namespaces.ts";
import { KINDS } from "../../../resources/kinds.ts";
import { timestamp } from "../../../runtime/clock.ts";
import { UsageError } from "../../config/usage-error.ts";
import { explainRefusal, placedIn } from "../change/change-refused.ts";
import { ChangeReport, parseChangeFormat } from "../change/change-report.ts";
import { createdObject, identityProblems } from "../change/created-object.ts";
import { parseDryRun } from "../change/dry-run.ts";
import { reportEach } from "../change/each-object.ts";
import { manifestFiles } from "../change/manifest-files.ts";
import { printManifests } from "../change/print-manifests.ts";
import { invalidManifests, readManifests } from "../change/read-manifests.ts";
import { shownDocument } from "../change/shown-document.ts";
import { wordedManifest } from "../change/worded-manifest.ts";
import { fieldManager } from "../connection/field-manager.ts";
import { resolveNamespace } from "../connection/resolve-connection.ts";
import { type Session, withSession } from "../connection/session.ts";
import { requireKind } from "../select/kind-words.ts";
import { formatReference } from "../select/references.ts";
import { talkOf } from "../talk/talk-flags.ts";
import type { CreateFlags } from "./create-command.ts";

export async function runCreate(words: readonly string[], flags: CreateFlags, command: Command): Promise<void> {
  const source = sourceOf(words, flags);
  const format = parseChangeFormat(flags.output);
  const dryRun = parseDryRun(flags.dryRun);
  const read = (namespace: string) => readNew(source, { recursive: flags.recursive ?? false, namespace });
  if (dryRun === "client") {
    const manifests = await read(await resolveNamespace(command));
    return printManifests(manifests, "created", new ChangeReport(talkOf(command), { format, isDryRun: true }));
  }
  await withSession(command, async (session) => {
    const { store, signal, connection } = session;
    const manifests = await read(connection.namespace);
    const missing = await missingNamespaces(store, manifests, { signal });
    if (missing.length > 0) throw invalidManifests(missing);
    const report = new ChangeReport(session.talk, { format, isDryRun: dryRun !== undefined });
    const manager = await fieldManager(connection, flags.fieldManager);
    const work = (manifest: Manifest) => create({ session, report, manager, dryRun: dryRun !== undefined }, manifest);
    await reportEach(manifests, { signal, report }, work);
  });
}

/** Files, or what the words say by themselves. */
type Source =
  | { readonly files: readonly string[] }
  | { readonly words: readonly string[]; readonly flags: CreateFlags };

function sourceOf(words: readonly string[], flags: CreateFlags): Source {
  if (words.length === 0) return { files: manifestFiles(flags, "create") };
  requireKind(words[0]?.split("/")[0] ?? "");
  if (flags.filename) throw new UsageError("give words or -f, not both");
  return { words, flags };
}

/** What others refer to comes first. Nothing in it says that it exists already. */
async function readNew(
  source: Source,
  options: { recursive: boolean; namespace: string },
): Promise<readonly Manifest[]> {
  if ("words" in source) return [await wordedManifest(source.words, source.flags, options.namespace)];
  const manifests = await readManifests(source.files, options);
  const problems = manifests.flatMap(identityProblems);
  if (problems.length > 0) throw invalidManifests(problems);
  return [...manifests].sort((a, b) => KINDS.indexOf(b.kind) - KINDS.indexOf(a.kind));
}

interface Creation {
  readonly session: Session;
  readonly report: ChangeReport;
  readonly manager: string;
  readonly dryRun: boolean;
}

async function create({ session, report, manager, dryRun }: Creation, manifest: Manifest): Promise<void> {
  const { objects, clock, signal } = session;
  const object = createdObject(manifest, { uid: randomUUID(), manager, now: timestamp(clock) });
  const { name, namespace } = object.metadata;
  const reference = { kind: manifest.kind, name };
  const { modRevision } = await objects
    .create({ ...reference, namespace }, object, { signal, dryRun })
    .catch((error: unknown) => {
      throw explainRefusal(error, `${formatReference(reference)} not created`, placedIn(manifest));
    });
  report.add(reference, "created", shownDocument({ object, modRevision }));
}

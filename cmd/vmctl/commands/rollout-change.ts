import type { Command } from "commander";
import type { InstanceSetSpec, InstanceTemplate } from "../../../resources/instance-set.ts";
import { ANNOTATION, type StoredObject } from "../../../resources/meta.ts";
import { nextToken } from "../../../resources/next-token.ts";
import type { TemplateRevision } from "../../../resources/template-revision.ts";
import type { ChangeFlags } from "../change/change-flags.ts";
import { changeObject } from "../change/change-object.ts";
import { explainRefusal } from "../change/change-refused.ts";
import { ChangeReport, parseChangeFormat } from "../change/change-report.ts";
import { parseDryRun } from "../change/dry-run.ts";
import { reportEach } from "../change/each-object.ts";
import { shownDocument } from "../change/shown-document.ts";
import { type Session, withSession } from "../connection/session.ts";
import { chooseRevision } from "../rollout/choose-revision.ts";
import { onlySets } from "../rollout/only-sets.ts";
import { parseRevision } from "../rollout/parse-revision.ts";
import { readRevisions } from "../rollout/read-revisions.ts";
import { formatReference, parseReferences, type Reference } from "../select/references.ts";
import type { RolloutUndoFlags } from "./rollout-command.ts";

/** What one set is to become, and how that is called. */
interface TemplateChange {
  readonly template: (stored: StoredObject) => InstanceTemplate;
  readonly done: string;
  readonly unchanged: string;
}

export async function runRolloutUndo(
  words: readonly string[],
  flags: RolloutUndoFlags,
  command: Command,
): Promise<void> {
  const number = parseRevision("--to-revision", flags.toRevision);
  const references = onlySets(parseReferences(words), "rolled back");
  await changeTemplates(references, flags, command, async (session, reference) => {
    const known = await revisionsOf(session, reference);
    const unchanged = "skipped: it has this template already";
    return { template: (stored) => templateBefore(known, stored, number), done: "rolled back", unchanged };
  });
}

export async function runRolloutRestart(words: readonly string[], flags: ChangeFlags, command: Command): Promise<void> {
  const references = onlySets(parseReferences(words), "restarted by rollout", "restart");
  await changeTemplates(references, flags, command, async ({ clock }) => {
    const now = clock.now();
    return { template: (stored) => withRestart(templateOf(stored), now), done: "restarted", unchanged: "unchanged" };
  });
}

async function changeTemplates(
  references: readonly Reference[],
  flags: ChangeFlags,
  command: Command,
  changeFor: (session: Session, reference: Reference) => Promise<TemplateChange>,
): Promise<void> {
  const options = { format: parseChangeFormat(flags.output), isDryRun: parseDryRun(flags.dryRun) !== undefined };
  const how = { fieldManager: flags.fieldManager, dryRun: options.isDryRun };
  await withSession(command, async (session) => {
    const report = new ChangeReport(session.talk, options);
    const change = async (reference: Reference) => {
      const { template, done, unchanged } = await changeFor(session, reference);
      const mutate = (stored: StoredObject) => withTemplate(stored, template(stored));
      const changed = await changeObject(session, reference, mutate, how).catch((error: unknown) => {
        throw explainRefusal(error, `${formatReference(reference)} not ${done}`);
      });
      report.add(reference, changed.changed ? done : unchanged, shownDocument(changed));
    };
    await reportEach(references, { signal: session.signal, report }, change);
  });
}

async function revisionsOf({ store, objects, connection, signal }: Session, reference: Reference) {
  const { kind, namespace = connection.namespace, name } = reference;
  const object = await objects.get(kind, namespace, name, { signal });
  const uid = object?.metadata.uid;
  return uid === undefined ? [] : readRevisions(store, uid, { signal });
}

const templateOf = ({ spec }: StoredObject): InstanceTemplate => (spec as InstanceSetSpec).template;

function templateBefore(
  known: readonly TemplateRevision[],
  stored: StoredObject,
  number: number | undefined,
): InstanceTemplate {
  return chooseRevision(known, { name: stored.metadata.name, template: templateOf(stored) }, number).template;
}

const withTemplate = (stored: StoredObject, template: InstanceTemplate): StoredObject => ({
  ...stored,
  spec: { ...(stored.spec as InstanceSetSpec), template },
});

function withRestart(template: InstanceTemplate, now: number): InstanceTemplate {
  const { metadata = {} } = template;
  const token = nextToken(now, metadata.annotations?.[ANNOTATION.restart]);
  const annotations = { ...metadata.annotations, [ANNOTATION.restart]: token };
  return { ...template, metadata: { ...metadata, annotations } };
}

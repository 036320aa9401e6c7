import type { Command } from "commander";
import type { InstanceSetStatus } from "../../../resources/instance-set.ts";
import type { TemplateRevision } from "../../../resources/template-revision.ts";
import { UsageError } from "../../config/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import { type Session, withSession } from "../connection/session.ts";
import { EXIT } from "../exit-code.ts";
import { formatAge } from "../output/age.ts";
import { printable } from "../output/cell.ts";
import { formatDocument } from "../output/format-document.ts";
import { oneOfFormats } from "../output/output-format.ts";
import { Table } from "../output/table.ts";
import { onlySets } from "../rollout/only-sets.ts";
import { parseRevision } from "../rollout/parse-revision.ts";
import { readRevisions } from "../rollout/read-revisions.ts";
import { findObjects } from "../select/find-objects.ts";
import { parseReferences } from "../select/references.ts";
import type { RolloutHistoryFlags } from "./rollout-command.ts";

export async function runRolloutHistory(
  words: readonly string[],
  flags: RolloutHistoryFlags,
  command: Command,
): Promise<void> {
  const references = onlySets(parseReferences(words), "rolled back");
  const format = oneOfFormats(flags.output, ["json", "yaml"] as const) ?? "yaml";
  const number = parseRevision("--revision", flags.revision);
  if (number === undefined && flags.output !== undefined) throw new UsageError("-o goes with --revision");
  await withSession(command, async (session) => {
    const { found, failure } = await findObjects(session, { type: "objects", references });
    for (const { object } of found) {
      const { name, uid = "" } = object.metadata;
      const known = await readRevisions(session.store, uid, { signal: session.signal });
      const text = number === undefined ? historyTable(session, known, object.status) : undefined;
      process.stdout.write(text ?? (await formatDocument(templateNumbered(name, known, number), format)));
    }
    if (failure) throw failure;
  });
}

function historyTable({ clock }: Session, known: readonly TemplateRevision[], status: unknown): string {
  const { currentRevision, updateRevision } = (status ?? {}) as InstanceSetStatus;
  const now = clock.now();
  const role = (name: string) => {
    if (name === updateRevision) return name === currentRevision ? "present" : "present, rolling out";
    return name === currentRevision ? "before, still on instances" : "";
  };
  const rows = known.map(({ number, name, createdAt }) => [
    String(number),
    printable(name),
    formatAge(createdAt, now),
    role(name),
  ]);
  const lines = new Table().lines([["REVISION", "NAME", "AGE", "STATE"], ...rows]);
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

function templateNumbered(set: string, known: readonly TemplateRevision[], number: number | undefined): object {
  const found = known.find((revision) => revision.number === number);
  if (found) return found.template;
  const numbers = known.map((revision) => revision.number).join(", ") || "none";
  throw new CommandFailure(EXIT.failed, `instanceset/${set}: there is no revision ${number} (on record: ${numbers})`);
}

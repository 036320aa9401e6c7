import type { Command } from "commander";
import { type Session, withSession } from "../connection/session.ts";
import { describeObject } from "../describe/describe-object.ts";
import { Neighbours } from "../describe/neighbours.ts";
import { refused, relatedSections } from "../describe/related-sections.ts";
import { readEvents } from "../events/read-events.ts";
import { type FoundObject, findObjects } from "../select/find-objects.ts";
import { inBatches } from "../select/in-batches.ts";
import { parseLabelSelector } from "../select/label-selector.ts";
import { readSelection } from "../select/read-selection.ts";
import type { DescribeFlags } from "./describe-command.ts";

export async function runDescribe(words: readonly string[], flags: DescribeFlags, command: Command): Promise<void> {
  const selection = await readSelection(words, flags, command);
  const byLabels = flags.selector === undefined ? undefined : parseLabelSelector(flags.selector);
  const allNamespaces = flags.allNamespaces ?? false;
  await withSession(command, async (session) => {
    const { found, failure } = await findObjects(session, selection, { allNamespaces });
    const shown = found.filter(({ object }) => byLabels?.(object.metadata.labels) ?? true);
    const neighbours = new Neighbours(session);
    const one = (item: FoundObject) => describeOne(session, item, { neighbours, showEvents: flags.showEvents });
    process.stdout.write((await inBatches(shown, one)).join("\n\n"));
    if (failure) throw failure;
    if (shown.length === 0) session.talk.note("No resources found.");
  });
}

interface Describing {
  readonly neighbours: Neighbours;
  readonly showEvents: boolean;
}

async function describeOne(
  session: Session,
  { kind, object }: FoundObject,
  { neighbours, showEvents }: Describing,
): Promise<string> {
  const now = session.clock.now();
  const { uid } = object.metadata;
  const [related, events] = await Promise.all([
    relatedSections(kind, object, neighbours, now),
    showEvents && uid !== undefined ? readEvents(session, uid).catch((error) => refused(error).join("")) : [],
  ]);
  return describeObject({ object, related, events, now });
}

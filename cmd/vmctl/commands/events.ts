import type { Command } from "commander";
import type { Event } from "../../../resources/event.ts";
import { PREFIX } from "../../../resources/keys.ts";
import { type Session, withSession } from "../connection/session.ts";
import { EVENT_HEADINGS, eventCells } from "../events/event-table.ts";
import { listEvents, parseEvent } from "../events/read-events.ts";
import { Table } from "../output/table.ts";
import { parseReferences, type Reference } from "../select/references.ts";
import type { EventsFlags } from "./events-command.ts";

export async function runEvents(words: readonly string[], flags: EventsFlags, command: Command): Promise<void> {
  const references = words.length === 0 ? undefined : parseReferences(words);
  await withSession(command, async (session) => {
    const wanted = (event: Event) => isWanted(event, { references, flags, namespace: session.connection.namespace });
    const { events, revision } = await listEvents(session);
    const table = new Table();
    const row = (event: Event) => eventCells(event, session.clock.now());
    const shown = events.filter(wanted);
    if (shown.length > 0 || flags.watch) print(table.lines([EVENT_HEADINGS, ...shown.map(row)]));
    else process.stderr.write("No events found.\n");
    if (!flags.watch) return;
    for await (const event of following(session, revision + 1)) if (wanted(event)) print([table.line(row(event))]);
  });
}

interface Wanted {
  readonly references: readonly Reference[] | undefined;
  readonly flags: EventsFlags;
  readonly namespace: string;
}

function isWanted(event: Event, { references, flags, namespace }: Wanted): boolean {
  if (flags.types !== undefined && !flags.types.split(",").includes(event.type)) return false;
  if (event.namespace !== undefined && !flags.allNamespaces && event.namespace !== namespace) return false;
  if (references) return references.some(({ kind, name }) => kind.kind === event.kind && name === event.name);
  return event.namespace !== undefined || flags.allNamespaces === true;
}

async function* following(session: Session, from: number): AsyncGenerator<Event> {
  for await (const batch of session.store.watch([PREFIX.events], { from, signal: session.signal })) {
    for (const change of batch.changes) {
      const event = change.type === "put" ? parseEvent(change.entry) : undefined;
      if (event) yield event;
    }
  }
}

const print = (lines: readonly string[]): void => void process.stdout.write(lines.map((line) => `${line}\n`).join(""));

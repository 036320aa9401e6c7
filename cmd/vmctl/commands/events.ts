import type { Command } from "commander";
import type { Event } from "../../../resources/event.ts";
import { API_VERSION } from "../../../resources/meta.ts";
import { UsageError } from "../../config/usage-error.ts";
import { type Session, withSession } from "../connection/session.ts";
import { type EventFilter, isWanted, parseEventTypes } from "../events/event-filter.ts";
import { EventTable } from "../events/event-table.ts";
import { followEvents, readEvents } from "../events/read-events.ts";
import { formatDocument } from "../output/format-document.ts";
import { oneOfFormats } from "../output/output-format.ts";
import { parseReferences } from "../select/references.ts";
import type { EventsFlags } from "./events-command.ts";

type Format = "json" | "yaml" | undefined;

export async function runEvents(words: readonly string[], flags: EventsFlags, command: Command): Promise<void> {
  const format = oneOfFormats(flags.output, ["json", "yaml"]);
  if (flags.for !== undefined && words.length > 0)
    throw new UsageError("name the object with --for or without, not both");
  const named = flags.for === undefined ? words : [flags.for];
  const references = named.length === 0 ? undefined : parseReferences(named);
  const types = parseEventTypes(flags.types);
  await withSession(command, async (session) => {
    const { namespace } = session.connection;
    const filter = { references, types, allNamespaces: flags.allNamespaces ?? false, namespace };
    if (flags.watch) return follow(session, filter, { flags, format });
    await showOnce(session, filter, { flags, format });
  });
}

interface Look {
  readonly flags: EventsFlags;
  readonly format: Format;
}

async function showOnce(session: Session, filter: EventFilter, { flags, format }: Look): Promise<void> {
  const events = (await readEvents(session)).filter((event) => isWanted(event, filter));
  if (format) return write(await formatDocument(listOf(events), format));
  if (events.length === 0) session.talk.note(`No events found${placeOf(filter)}.`);
  else write(lined(tableFor(session, flags).lines(events)));
}

async function follow(session: Session, filter: EventFilter, { flags, format }: Look): Promise<void> {
  const table = tableFor(session, flags);
  for await (const { type, events } of followEvents(session)) {
    const wanted = events.filter((event) => isWanted(event, filter));
    if (format) write(await documents(wanted, format));
    else if (type === "start") write(lined(table.lines(wanted)));
    else write(lined(wanted.map((event) => table.line(event))));
  }
}

const tableFor = ({ clock }: Session, { allNamespaces, headers }: EventsFlags): EventTable =>
  new EventTable({ namespace: allNamespaces ?? false, headings: headers, now: () => clock.now() });

const placeOf = ({ allNamespaces, namespace }: EventFilter): string =>
  allNamespaces ? "" : ` in ${namespace} namespace`;

const listOf = (events: readonly Event[]) => ({ apiVersion: API_VERSION, kind: "List", items: events.map(asObject) });

/** The record under its own kind: what it is about goes below `object`. */
const asObject = ({ uid, kind, namespace, name, ...event }: Event) => ({
  apiVersion: API_VERSION,
  kind: "Event",
  object: { kind, ...(namespace !== undefined && { namespace }), name, uid },
  ...event,
});

async function documents(events: readonly Event[], format: "json" | "yaml"): Promise<string> {
  const texts = await Promise.all(events.map((event) => formatDocument(asObject(event), format)));
  return texts.map((text) => (format === "yaml" ? `---\n${text}` : text)).join("");
}

const lined = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");
const write = (text: string): void => void process.stdout.write(text);

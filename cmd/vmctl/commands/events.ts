import type { Command } from "commander";
import type { Event } from "../../../resources/event.ts";
import { API_VERSION } from "../../../resources/meta.ts";
import { UsageError } from "../../config/usage-error.ts";
import { type Session, withSession } from "../connection/session.ts";
import { aboutLabelled } from "../events/about-labelled.ts";
import { type EventFilter, isWanted, parseEventTypes } from "../events/event-filter.ts";
import { EventTable } from "../events/event-table.ts";
import { followEvents, readEvents } from "../events/read-events.ts";
import { formatDocument } from "../output/format-document.ts";
import { oneOfFormats } from "../output/output-format.ts";
import { parseLabelSelector } from "../select/label-selector.ts";
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
  const byLabels = flags.selector === undefined ? undefined : parseLabelSelector(flags.selector);
  await withSession(command, async (session) => {
    const { namespace } = session.connection;
    const filter = { references, types, allNamespaces: flags.allNamespaces ?? false, namespace };
    const wanted = async (events: readonly Event[]) => {
      const found = events.filter((event) => isWanted(event, filter));
      return byLabels && found.length > 0 ? aboutLabelled(session, found, byLabels) : found;
    };
    if (flags.watch) return follow(session, { flags, format, wanted });
    const events = await wanted(await readEvents(session));
    if (format) return write(await formatDocument(listOf(events), format));
    if (events.length === 0) session.talk.note(`No events found${placeOf(filter)}.`);
    else write(lined(tableFor(session, flags).lines(events)));
  });
}

interface Look {
  readonly flags: EventsFlags;
  readonly format: Format;
  readonly wanted: (events: readonly Event[]) => Promise<readonly Event[]>;
}

async function follow(session: Session, { flags, format, wanted }: Look): Promise<void> {
  const table = tableFor(session, flags);
  for await (const { type, events } of followEvents(session)) {
    const shown = await wanted(events);
    if (format) write(await documents(shown, format));
    else if (type === "start") write(lined(table.lines(shown)));
    else write(lined(shown.map((event) => table.line(event))));
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

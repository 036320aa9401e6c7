import { parseStored } from "../../../resources/decode.ts";
import type { Event } from "../../../resources/event.ts";
import { PREFIX } from "../../../resources/keys.ts";
import { listAgain } from "../../../store/list-again.ts";
import type { Change, Entry } from "../../../store/store.ts";
import { isCompacted } from "../../../store/store-error.ts";
import type { Session } from "../connection/session.ts";

/** Events of one object, or (uid absent) of all; oldest first. What cannot be read as an event is left out. */
export async function readEvents(session: Session, uid?: string): Promise<readonly Event[]> {
  const prefix = uid === undefined ? PREFIX.events : `${PREFIX.events}${uid}/`;
  const { entries } = await session.store.list([prefix], { signal: session.signal });
  return inTime(entries);
}

export type EventChange = { readonly type: "start" | "more"; readonly events: readonly Event[] };

/**
 * All events there are, then each one that is written, until interrupted. When the history was compacted the events
 * that are new or were counted since are told all the same, each once.
 */
export async function* followEvents(session: Session): AsyncGenerator<EventChange> {
  const { store, clock, signal } = session;
  const told = new Map<string, number>();
  let isFirst = true;
  while (!signal.aborted) {
    const { entries, revision } = await (isFirst
      ? store.list([PREFIX.events], { signal })
      : listAgain(store, clock, [PREFIX.events], signal));
    const fresh = entries.filter(({ key, modRevision }) => (told.get(key) ?? 0) < modRevision);
    for (const { key, modRevision } of fresh) told.set(key, modRevision);
    yield { type: isFirst ? "start" : "more", events: inTime(fresh) };
    isFirst = false;
    yield* untilCompacted(session, told, revision + 1);
  }
}

async function* untilCompacted(
  { store, signal }: Session,
  told: Map<string, number>,
  from: number,
): AsyncGenerator<EventChange> {
  try {
    for await (const { changes } of store.watch([PREFIX.events], { from, signal })) {
      remember(told, changes);
      yield {
        type: "more",
        events: inTime(changes.flatMap((change) => (change.type === "put" ? [change.entry] : []))),
      };
    }
  } catch (error) {
    if (!isCompacted(error)) throw error;
  }
}

function remember(told: Map<string, number>, changes: readonly Change[]): void {
  for (const change of changes) {
    if (change.type === "put") told.set(change.entry.key, change.entry.modRevision);
    else told.delete(change.key);
  }
}

/** Told in the order in which they happened last; of equal seconds, in the order of their writing. */
function inTime(entries: readonly Entry[]): readonly Event[] {
  const written = entries.toSorted((a, b) => a.modRevision - b.modRevision).flatMap((entry) => parseEvent(entry) ?? []);
  return written.toSorted((a, b) => timeOf(a) - timeOf(b));
}

const timeOf = ({ lastTimestamp }: Event): number => Date.parse(lastTimestamp) || 0;

const TEXTS = ["uid", "kind", "name", "type", "reason", "message", "firstTimestamp", "lastTimestamp"] as const;

function parseEvent({ value }: Entry): Event | undefined {
  const parsed = parseStored(value);
  const event = ("problem" in parsed ? null : parsed.value) as Partial<Event> | null;
  const complete = event && TEXTS.every((field) => typeof event[field] === "string") && typeof event.count === "number";
  return complete ? (event as Event) : undefined;
}

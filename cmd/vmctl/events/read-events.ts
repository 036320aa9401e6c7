import type { Event } from "../../../resources/event.ts";
import { PREFIX } from "../../../resources/keys.ts";
import type { Entry } from "../../../store/store.ts";
import type { Session } from "../connection/session.ts";

/** Events of one object, or (uid absent) of all; oldest first. What cannot be read as an event is left out. */
export async function readEvents(session: Session, uid?: string): Promise<readonly Event[]> {
  return (await listEvents(session, uid)).events;
}

/** The same, with the revision they were read at. */
export async function listEvents(session: Session, uid?: string): Promise<{ events: Event[]; revision: number }> {
  const { entries, revision } = await session.store.list([
    uid === undefined ? PREFIX.events : `${PREFIX.events}${uid}/`,
  ]);
  const events = entries.flatMap((entry) => parseEvent(entry) ?? []);
  return { events: events.sort((a, b) => (a.lastTimestamp < b.lastTimestamp ? -1 : 1)), revision };
}

const TEXTS = ["uid", "kind", "name", "type", "reason", "message", "firstTimestamp", "lastTimestamp"] as const;

export function parseEvent({ value }: Entry): Event | undefined {
  try {
    const event = JSON.parse(value) as Partial<Event> | null;
    const complete =
      event && TEXTS.every((field) => typeof event[field] === "string") && typeof event.count === "number";
    return complete ? (event as Event) : undefined;
  } catch {
    return undefined;
  }
}

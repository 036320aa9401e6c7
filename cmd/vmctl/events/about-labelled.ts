import type { Event } from "../../../resources/event.ts";
import { KINDS } from "../../../resources/kinds.ts";
import type { JoinedObject } from "../../../store/objects/joined-object.ts";
import type { Session } from "../connection/session.ts";

/** So many objects are asked for one by one; for more, their kinds are listed. */
const FEW = 8;

/**
 * The events about objects whose labels match as they are now. What is gone has no labels any more, and another object of
 * its name is another.
 */
export async function aboutLabelled(
  session: Session,
  events: readonly Event[],
  matches: (labels: JoinedObject["metadata"]["labels"]) => boolean,
): Promise<readonly Event[]> {
  const subjects = new Map(events.map((event) => [event.uid, event]));
  const objects = await (subjects.size > FEW ? listed(session, events) : asked(session, [...subjects.values()]));
  const wanted = new Set(
    objects.filter(({ metadata }) => matches(metadata.labels)).map(({ metadata }) => metadata.uid),
  );
  return events.filter(({ uid }) => wanted.has(uid));
}

async function asked({ objects, signal }: Session, events: readonly Event[]): Promise<readonly JoinedObject[]> {
  const found = await Promise.all(
    events.map(async (event) => {
      const kind = KINDS.find((info) => info.kind === event.kind);
      return kind && (await objects.get(kind, event.namespace, event.name, { signal }));
    }),
  );
  return found.flatMap((object) => object ?? []);
}

async function listed({ objects, signal }: Session, events: readonly Event[]): Promise<readonly JoinedObject[]> {
  const named = new Set(events.map(({ kind }) => kind));
  const kinds = KINDS.filter(({ kind }) => named.has(kind));
  const namespaces = new Set(events.map(({ namespace }) => namespace));
  const [only] = namespaces.size === 1 ? namespaces : [];
  return (await Promise.all(kinds.map((kind) => objects.list(kind, only, { signal })))).flat();
}

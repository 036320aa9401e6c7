import type { JoinedObject } from "../../../store/objects/joined-object.ts";
import type { ObjectWatchChange } from "../../../store/objects/watch-objects.ts";

export type MatchedChange =
  | { readonly type: "start"; readonly objects: readonly JoinedObject[] }
  | { readonly type: "ADDED" | "MODIFIED"; readonly object: JoinedObject }
  /** `left`: it is still there, but no longer what was asked for. */
  | { readonly type: "DELETED"; readonly object: JoinedObject; readonly left?: true };

/**
 * Of a watch, what concerns the objects wanted. One that begins to match is added, one that ceases to is deleted. A
 * name that belongs to another uid than before is a deletion and an addition, also when both happened unseen (the
 * history in between was compacted).
 */
export async function* matchingChanges(
  changes: AsyncIterable<ObjectWatchChange>,
  wanted: (object: JoinedObject) => boolean,
): AsyncGenerator<MatchedChange> {
  const held = new Map<string, JoinedObject>();
  for await (const change of changes) {
    if (change.type === "start") {
      const objects = change.objects.filter(wanted);
      for (const object of objects) held.set(keyOf(object), object);
      yield { type: "start", objects };
    } else if (change.type === "put") yield* put(held, change.object, wanted(change.object));
    else if (held.delete(keyOf(change.object))) yield { type: "DELETED", object: change.object };
  }
}

function* put(held: Map<string, JoinedObject>, object: JoinedObject, isWanted: boolean): Generator<MatchedChange> {
  const key = keyOf(object);
  const before = held.get(key);
  const isOther = before !== undefined && isAnother(before, object);
  if (isOther) yield { type: "DELETED", object: before };
  const isKnown = before !== undefined && !isOther;
  if (isWanted) {
    held.set(key, object);
    yield { type: isKnown ? "MODIFIED" : "ADDED", object };
    return;
  }
  held.delete(key);
  if (isKnown) yield { type: "DELETED", object, left: true };
}

/** An object that cannot be read shows no uid: it may well be the same. */
const isAnother = ({ metadata: { uid: a } }: JoinedObject, { metadata: { uid: b } }: JoinedObject): boolean =>
  a !== undefined && b !== undefined && a !== b;

const keyOf = ({ metadata }: JoinedObject): string => `${metadata.namespace ?? ""}/${metadata.name}`;

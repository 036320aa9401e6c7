import type { KindInfo } from "../../resources/kinds.ts";
import type { Change, Entry } from "../store.ts";
import { type ObjectJoin, objectJoin } from "./join-object.ts";
import type { JoinedObject } from "./joined-object.ts";
import type { ObjectRange } from "./object-range.ts";

export type ObjectChange =
  | { readonly type: "put"; readonly object: JoinedObject }
  /** `object`: as it was last seen. */
  | { readonly type: "delete"; readonly object: JoinedObject };

interface Held {
  spec?: Entry;
  status?: Entry;
  shown?: JoinedObject;
}

/** The joined objects of one range, moved forward change by change. A change that shows nothing new is no change. */
export class JoinedPicture {
  readonly #range: ObjectRange;
  readonly #join: ObjectJoin;
  #held = new Map<string, Held>();

  constructor(kind: KindInfo, range: ObjectRange) {
    this.#range = range;
    this.#join = objectJoin(kind);
  }

  /** In order of namespace and name. */
  objects(): JoinedObject[] {
    return [...this.#held].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, { shown }]) => (shown ? [shown] : []));
  }

  /** The whole state anew; returns what differs. */
  replace(entries: readonly Entry[]): ObjectChange[] {
    const before = this.#held;
    this.#held = new Map([...before].map(([tail, { shown }]) => [tail, shown ? { shown } : {}]));
    for (const entry of entries) this.#put(entry);
    return [...this.#held.keys()].flatMap((tail) => this.#refresh(tail));
  }

  /** The changes of one revision together. */
  apply(changes: readonly Change[]): ObjectChange[] {
    const touched = new Set<string>();
    for (const change of changes) {
      const tail = change.type === "put" ? this.#put(change.entry) : this.#remove(change.key);
      if (tail !== undefined) touched.add(tail);
    }
    return [...touched].flatMap((tail) => this.#refresh(tail));
  }

  #put(entry: Entry): string | undefined {
    const place = this.#range.tailOf(entry.key);
    if (!place) return undefined;
    const held = this.#held.get(place.tail) ?? {};
    this.#held.set(place.tail, held);
    held[place.side] = entry;
    return place.tail;
  }

  #remove(key: string): string | undefined {
    const place = this.#range.tailOf(key);
    if (!place) return undefined;
    delete this.#held.get(place.tail)?.[place.side];
    return place.tail;
  }

  #refresh(tail: string): ObjectChange[] {
    const held = this.#held.get(tail);
    if (!held) return [];
    const { shown: last } = held;
    const object = this.#join.join(tail, held);
    if (!held.spec && !held.status) this.#held.delete(tail);
    if (!object) {
      delete held.shown;
      return last ? [{ type: "delete", object: last }] : [];
    }
    held.shown = object;
    return last && looksLike(last, object) ? [] : [{ type: "put", object }];
  }
}

/** Only for what was there before: a list of thousands shall not be written out as text to be compared with nothing. */
const looksLike = (a: JoinedObject, b: JoinedObject): boolean => JSON.stringify(a) === JSON.stringify(b);

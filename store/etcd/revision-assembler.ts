import type { Batch, Change } from "../store.ts";
import { entryOf } from "./entry.ts";
import type { KeySpace } from "./key-space.ts";
import type { WatchEvent, WatchReply } from "./wire.ts";

/**
 * From the replies of one watcher to whole revisions. etcd never splits a revision over two replies, except into
 * fragments of one; a fragment is therefore kept until its last part came, and lost with the connection.
 */
export class RevisionAssembler {
  readonly #keys: KeySpace;
  readonly #prefixes: readonly string[];
  #fragments: WatchEvent[] = [];

  constructor(keys: KeySpace, prefixes: readonly string[]) {
    this.#keys = keys;
    this.#prefixes = prefixes;
  }

  /** One batch per revision that touched the prefixes; one without changes if the reply only moved the revision on. */
  add(reply: WatchReply): Batch[] {
    if (reply.created) return [];
    for (const event of reply.events) this.#fragments.push(event);
    if (reply.fragment) return [];
    const events = this.#fragments;
    this.#fragments = [];
    const last = events.at(-1);
    // A timed progress notification runs through the same queue as the events: all up to it were delivered.
    if (!last) return [{ revision: Number(reply.header.revision), changes: [] }];
    const batches = this.#group(events);
    const end = Number(last.kv.mod_revision);
    return batches.at(-1)?.revision === end ? batches : [...batches, { revision: end, changes: [] }];
  }

  #group(events: readonly WatchEvent[]): Batch[] {
    const batches: { revision: number; changes: Change[] }[] = [];
    for (const event of events) {
      const change = this.#change(event);
      if (!change) continue;
      const revision = Number(event.kv.mod_revision);
      const open = batches.at(-1);
      if (open?.revision === revision) open.changes.push(change);
      else batches.push({ revision, changes: [change] });
    }
    return batches;
  }

  /** Undefined for a key of the covering range that nobody asked for. */
  #change({ type, kv }: WatchEvent): Change | undefined {
    const key = this.#keys.decode(kv.key);
    if (!this.#prefixes.some((prefix) => key.startsWith(prefix))) return undefined;
    if (type === "Delete") return { type: "delete", key, modRevision: Number(kv.mod_revision) };
    return { type: "put", entry: entryOf(this.#keys, kv, key) };
  }
}

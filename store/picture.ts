import { messageOf } from "../runtime/errors.ts";
import { deepFreeze } from "./deep-freeze.ts";
import type { Cached, Decode } from "./informer-contract.ts";
import { SortedKeys } from "./sorted-keys.ts";
import type { Batch, Entry, Listing } from "./store.ts";

export interface Malformed {
  readonly entry: Entry;
  readonly problem: string;
}

/** The state an informer holds, without any waiting: listings and batches go in, the keys that changed come out. */
export class Picture<T> {
  readonly #decode: Decode<T>;
  readonly #freeze: boolean;
  readonly malformed = new Map<string, Malformed>();
  #cached = new Map<string, Cached<T>>();
  #keys = new SortedKeys();
  #revision = 0;
  /** Of a listing that is being read. */
  #prepared = new Map<Entry, ReturnType<Decode<T>>>();

  constructor(decode: Decode<T>, freeze: boolean) {
    this.#decode = decode;
    this.#freeze = freeze;
  }

  get revision(): number {
    return this.#revision;
  }

  get(key: string): Cached<T> | undefined {
    return this.#cached.get(key);
  }

  entries(prefix: string): Cached<T>[] {
    return this.#keys.withPrefix(prefix).flatMap((key) => this.#cached.get(key) ?? []);
  }

  /** A listing begins: what was prepared for another is of no use. */
  beginListing(): void {
    this.#prepared = new Map();
  }

  /** Decodes what is going to be part of a listing, so that it is ready when the whole is. Nothing is changed. */
  prepare(entries: readonly Entry[]): void {
    for (const entry of entries) if (this.#isNew(entry)) this.#prepared.set(entry, this.#safelyDecoded(entry));
  }

  /** The whole state anew. An entry of unchanged revision keeps its decoded value, unless history was replaced. */
  replace(listing: Listing): string[] {
    const sameHistory = listing.revision >= this.#revision;
    const present = new Set(listing.entries.map(({ key }) => key));
    const gone = [...this.#cached.keys(), ...this.malformed.keys()].filter((key) => !present.has(key));
    for (const key of gone) this.#remove(key);
    const changed = listing.entries.filter((entry) => !sameHistory || this.#isNew(entry));
    for (const entry of changed) this.#store(entry);
    this.#prepared = new Map();
    this.#keys = SortedKeys.from(this.#cached.keys());
    this.#revision = listing.revision;
    return [...gone, ...changed.map(({ key }) => key)];
  }

  apply(batch: Batch): string[] {
    this.#revision = Math.max(this.#revision, batch.revision);
    return batch.changes.map((change) => {
      const key = change.type === "put" ? change.entry.key : change.key;
      if (change.type === "put") this.#store(change.entry);
      else this.#remove(key);
      if (this.#cached.has(key)) this.#keys.add(key);
      else this.#keys.delete(key);
      return key;
    });
  }

  #isNew({ key, modRevision, createRevision }: Entry): boolean {
    const known = this.#cached.get(key) ?? this.malformed.get(key)?.entry;
    return known?.modRevision !== modRevision || known.createRevision !== createRevision;
  }

  /** What cannot be decoded takes the place of what stood there: an old value is not the truth any more. */
  #store(entry: Entry): void {
    this.#remove(entry.key);
    const decoded = this.#prepared.get(entry) ?? this.#safelyDecoded(entry);
    if (!decoded.ok) {
      this.malformed.set(entry.key, { entry, problem: decoded.problem });
      return;
    }
    const { key, createRevision, modRevision } = entry;
    this.#cached.set(key, Object.freeze({ key, value: decoded.value, createRevision, modRevision }));
  }

  #safelyDecoded({ key, value }: Entry): ReturnType<Decode<T>> {
    try {
      const decoded = this.#decode(key, value);
      return decoded.ok && this.#freeze ? { ok: true, value: deepFreeze(decoded.value) } : decoded;
    } catch (error) {
      return { ok: false, problem: messageOf(error) };
    }
  }

  #remove(key: string): void {
    this.#cached.delete(key);
    this.malformed.delete(key);
  }
}

import { PREFIX } from "../../resources/keys.ts";
import type { Informer } from "../../store/informer-contract.ts";

/** Hosts that have records of one uid, readable or not, each list in order. */
export interface Traces {
  /** It was given to them. */
  readonly assigned: readonly string[];
  /** They spoke of it. */
  readonly observed: readonly string[];
}

const RECORD_OF_UID = /^(assigned|observed)\/([^/]+)\/instances\/([^/]+)$/;
const NONE: ReadonlySet<string> = new Set();

/**
 * Which hosts know a uid, whatever became of its status and of the hosts' own objects: an instance that left traces
 * is never bound as if it were new (I1). Follows the informer, which must be ready.
 */
export class HostTraces {
  readonly #keys = new Map<string, Set<string>>();

  constructor(informer: Informer<unknown>) {
    const update = (key: string): void => {
      const uid = RECORD_OF_UID.exec(key)?.[3];
      if (uid === undefined) return;
      if (informer.get(key) !== undefined || informer.malformed.has(key)) this.#add(uid, key);
      else this.#delete(uid, key);
    };
    for (const prefix of [PREFIX.assigned, PREFIX.observed])
      for (const { key } of informer.entries(prefix)) update(key);
    for (const key of informer.malformed.keys()) update(key);
    informer.onChange(update);
  }

  of(uid: string): Traces {
    const keys = [...(this.#keys.get(uid) ?? NONE)].sort();
    const hosts = (family: string): string[] =>
      keys.filter((key) => key.startsWith(family)).map((key) => RECORD_OF_UID.exec(key)?.[2] ?? "");
    return { assigned: hosts(PREFIX.assigned), observed: hosts(PREFIX.observed) };
  }

  #add(uid: string, key: string): void {
    this.#keys.set(uid, (this.#keys.get(uid) ?? new Set()).add(key));
  }

  #delete(uid: string, key: string): void {
    const keys = this.#keys.get(uid);
    keys?.delete(key);
    if (keys?.size === 0) this.#keys.delete(uid);
  }
}

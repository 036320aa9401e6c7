import type { Entry } from "./store.ts";

/**
 * A local picture of everything under some prefixes, kept by list at R and watch from R+1.
 *
 * Promises: after `ready` the picture is some complete state of the store; it only moves forward in revision;
 * changes of one revision appear together; handlers are told keys, never objects, after the picture changed
 * (also for keys that vanished, and after a relist for whatever differs). No promise about how far behind it
 * is; `caughtUp(revision)` waits until the picture holds that revision: one that changed something under the prefixes
 * (where nothing changes the server tells its progress seldom, every 10 minutes unless configured).
 * One exception: when the store lost history (restored from a backup), the picture goes back with it.
 * What `decode` refuses (S8) is kept aside under `malformed` and hurts only itself.
 */
export interface Informer<T> {
  /** Fails (Aborted) only when stopped, or the store closed, before the first list. */
  readonly ready: Promise<void>;
  /** The revision the picture stands at; 0 before ready. */
  readonly revision: number;
  get(key: string): Cached<T> | undefined;
  /** In key order. */
  entries(prefix?: string): Iterable<Cached<T>>;
  readonly malformed: ReadonlyMap<string, { readonly entry: Entry; readonly problem: string }>;
  /** Returns a function that unsubscribes. */
  onChange(handler: (key: string) => void): () => void;
  caughtUp(revision: number, signal?: AbortSignal): Promise<void>;
  /** False while the watch is cut (the picture may be old); true again once it resumed. */
  readonly connected: boolean;
  stop(): Promise<void>;
}

/** Shared and frozen in tests: never modify what you get. */
export interface Cached<T> {
  readonly key: string;
  readonly value: T;
  readonly createRevision: number;
  readonly modRevision: number;
}

export type Decode<T> = (
  key: string,
  text: string,
) => { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

import type { Clock } from "../../../runtime/clock.ts";
import { messageOf } from "../../../runtime/errors.ts";
import type { EtcdStore } from "../../../store/etcd/open-store.ts";
import type { Batch, Entry, Outcome, Transaction, WatchOptions } from "../../../store/store.ts";
import type { Talk } from "../talk/talk.ts";

/** The same store; each request shows while it lasts, and is told of with its time when `-v` asks for it. */
export const talkingStore = (store: EtcdStore, talk: Talk, clock: Clock): EtcdStore =>
  new TalkingStore(store, talk, clock);

interface Told<T> {
  readonly what: string;
  /** Of the result: the rest of the line, and with -v=2 a line for each key. */
  readonly summary: (result: T) => string;
  readonly keys?: (result: T) => readonly string[];
}

class TalkingStore implements EtcdStore {
  readonly #store: EtcdStore;
  readonly #talk: Talk;
  readonly #clock: Clock;

  constructor(store: EtcdStore, talk: Talk, clock: Clock) {
    this.#store = store;
    this.#talk = talk;
    this.#clock = clock;
  }

  get: EtcdStore["get"] = (key, options) =>
    this.#told(this.#store.get(key, options), {
      what: `get ${key}`,
      summary: (entry) => (entry ? sizeOf([entry]) : "absent"),
      keys: (entry) => (entry ? [formatEntry(entry)] : []),
    });

  list: EtcdStore["list"] = (prefixes, options) =>
    this.#told(this.#store.list(prefixes, options), {
      what: `list ${prefixes.join(" ")}`,
      summary: ({ entries, revision }) => `${sizeOf(entries)} at revision ${revision}`,
      keys: ({ entries }) => entries.map(formatEntry),
    });

  commit: EtcdStore["commit"] = (transaction, options) =>
    this.#told(this.#store.commit(transaction, options), {
      what: `commit ${transaction.writes.map(({ op, key }) => `${op} ${key}`).join(" ")}`,
      summary: (outcome) => `${outcome.kind} at revision ${outcome.revision}`,
      keys: (outcome) => [...comparesOf(transaction), ...staleOf(outcome)],
    });

  listKeys: EtcdStore["listKeys"] = (prefix, options) =>
    this.#told(this.#store.listKeys(prefix, options), {
      what: `list keys ${prefix}`,
      summary: (keys) => `${keys.length} keys`,
    });

  grantLease: EtcdStore["grantLease"] = (ttlSeconds, options) =>
    this.#told(this.#store.grantLease(ttlSeconds, options), {
      what: `grant a lease of ${ttlSeconds} s`,
      summary: ({ id }) => `lease ${id}`,
    });

  describeServer: EtcdStore["describeServer"] = (options) =>
    this.#told(this.#store.describeServer(options), {
      what: "status",
      summary: ({ version, endpoint }) => `etcd ${version} at ${endpoint}`,
    });

  watch(prefixes: readonly string[], options: WatchOptions): AsyncIterable<Batch> {
    const talk = this.#talk;
    talk.trace(1, `watch ${prefixes.join(" ")} from revision ${options.from}`);
    if (talk.verbosity === 0) return this.#store.watch(prefixes, options);
    return told(this.#store.watch(prefixes, options), talk);
  }

  close = (): Promise<void> => this.#store.close();

  async #told<T>(work: Promise<T>, { what, summary, keys }: Told<T>): Promise<T> {
    const talk = this.#talk;
    const began = this.#clock.monotonic();
    const took = () => `${(this.#clock.monotonic() - began).toFixed(1)} ms`;
    try {
      const result = await talk.progress.during(() => `asking etcd: ${what}`, work);
      if (talk.verbosity > 0) talk.trace(1, `${what}: ${summary(result)} in ${took()}`);
      if (talk.verbosity > 1) for (const line of keys?.(result) ?? []) talk.trace(2, `  ${line}`);
      return result;
    } catch (error) {
      talk.trace(1, `${what}: ${messageOf(error)} after ${took()}`);
      throw error;
    }
  }
}

async function* told(batches: AsyncIterable<Batch>, talk: Talk): AsyncGenerator<Batch> {
  for await (const batch of batches) {
    talk.trace(1, `watched: ${batch.changes.length} changes at revision ${batch.revision}`);
    for (const change of batch.changes) {
      talk.trace(2, change.type === "put" ? `  put ${formatEntry(change.entry)}` : `  delete ${change.key}`);
    }
    yield batch;
  }
}

/** Never a value: it may be a secret. */
const formatEntry = ({ key, value, modRevision }: Entry): string =>
  `${key} at revision ${modRevision}, ${Buffer.byteLength(value)} bytes`;

function sizeOf(entries: readonly Entry[]): string {
  const bytes = entries.reduce((sum, { value }) => sum + Buffer.byteLength(value), 0);
  return `${entries.length} ${entries.length === 1 ? "key" : "keys"}, ${bytes} bytes`;
}

const comparesOf = ({ compares }: Transaction): string[] =>
  compares.map((compare) => {
    if ("absent" in compare) return `if ${compare.key} is absent`;
    if ("modRevision" in compare) return `if ${compare.key} is at revision ${compare.modRevision}`;
    if ("noneAfter" in compare) return `if nothing under ${compare.key} is newer than ${compare.noneAfter}`;
    return `if ${compare.key} was created at revision ${compare.createRevision}`;
  });

const staleOf = (outcome: Outcome): string[] =>
  outcome.kind === "committed"
    ? []
    : [...outcome.current].map(([key, entry]) => (entry ? `stands: ${formatEntry(entry)}` : `absent: ${key}`));

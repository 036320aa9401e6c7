import { parseTail, reviewAnswerKey, specKey, statusKey, uidKey } from "../../resources/keys.ts";
import type { StoredObject } from "../../resources/meta.ts";
import type { Store } from "../../store/store.ts";

const now = "2030-01-02T03:04:06Z";

/** What controllers do with one instance, done by hand, so that a command meets the records it would meet. */
export class StandInController {
  readonly #store: Store;
  constructor(store: Store) {
    this.#store = store;
  }

  async spec(name: string): Promise<StoredObject<Record<string, unknown>>> {
    const entry = await this.#store.get(specKey(tail(name)));
    if (!entry) throw new Error(`no spec of ${name}`);
    return JSON.parse(entry.value) as StoredObject<Record<string, unknown>>;
  }

  /** Writes a status for what the spec says now. */
  async report(name: string, status: Readonly<Record<string, unknown>>): Promise<void> {
    const entry = await this.#store.get(specKey(tail(name)));
    if (!entry) throw new Error(`no spec of ${name}`);
    const { uid, generation } = (JSON.parse(entry.value) as StoredObject).metadata;
    const record = {
      uid,
      specCreateRevision: entry.createRevision,
      status: { observedGeneration: generation, ...status },
    };
    await this.#put(statusKey(tail(name)), record);
    await this.#put(uidKey(uid), { tail: tail(name) });
  }

  /** Phase, place, address and a Ready condition. */
  async running(name: string, ready: "True" | "False" = "True"): Promise<void> {
    const { generation } = (await this.spec(name)).metadata;
    await this.report(name, {
      phase: ready === "True" ? "Running" : "Starting",
      hypervisor: "host-1",
      addresses: [{ interface: "lan", mac: "52:54:00:00:00:01", ip: "192.0.2.7", source: "lease" }],
      conditions: [
        {
          type: "Ready",
          status: ready,
          reason: ready === "True" ? "UpToDate" : "Booting",
          message: ready === "True" ? "" : "the guest is starting",
          lastTransitionTime: now,
          observedGeneration: generation,
        },
      ],
    });
  }

  /** The end of a deletion: both keys go at once. */
  async remove(name: string): Promise<void> {
    const { uid } = (await this.spec(name)).metadata;
    const keys = [specKey(tail(name)), statusKey(tail(name)), uidKey(uid)];
    await this.#store.commit({ compares: [], writes: keys.map((key) => ({ op: "delete", key })) });
  }

  async event(name: string, reason: string, message: string): Promise<void> {
    const { uid, namespace } = (await this.spec(name)).metadata;
    const event = { uid, kind: "Instance", namespace, name, type: "Normal", reason, message, count: 3 };
    await this.#put(`events/${uid}/${reason}`, { ...event, firstTimestamp: now, lastTimestamp: now });
  }

  /** To every question where instances would go that is asked meanwhile, the answer is that all go to host-1. */
  async answering<T>(act: () => Promise<T>): Promise<T> {
    const { revision } = await this.#store.list(["reviews/"]);
    const over = new AbortController();
    const answered = this.#answer(revision + 1, over.signal);
    try {
      return await act();
    } finally {
      over.abort();
      await answered;
    }
  }

  async #answer(from: number, signal: AbortSignal): Promise<void> {
    try {
      for await (const { changes } of this.#store.watch(["reviews/"], { from, signal })) {
        const asked = changes.flatMap((change) => (change.type === "put" ? [change.entry] : []));
        for (const entry of asked) await this.#answerOne(entry);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #answerOne({ key, value }: { readonly key: string; readonly value: string }): Promise<void> {
    const { spec, ...envelope } = JSON.parse(value) as { readonly spec: { readonly instances: { name: string }[] } };
    const instances = spec.instances.map(({ name }) => ({ namespace: "default", name, hypervisor: "host-1" }));
    await this.#put(reviewAnswerKey(key.slice("reviews/".length)), { ...envelope, status: { instances } });
  }

  async #put(key: string, value: object): Promise<void> {
    await this.#store.commit({ compares: [], writes: [{ op: "put", key, value: JSON.stringify(value) }] });
  }
}

/** `web-1` is in the default namespace. */
function tail(name: string): string {
  const place = `ns/default/instances/${name}`;
  if (!parseTail(place)) throw new Error(`not a name: ${name}`);
  return place;
}

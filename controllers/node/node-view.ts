import type { AssignedHost, AssignedInstance } from "../../resources/assignment.ts";
import type { Decode } from "../../resources/decode.ts";
import {
  decodeAssignedData,
  decodeAssignedHost,
  decodeAssignedInstance,
  decodeObservedHost,
  decodeObservedInstance,
} from "../../resources/decode-host-records.ts";
import {
  assignedDataKey,
  assignedHostKey,
  assignedInstanceKey,
  observedHostKey,
  observedInstanceKey,
} from "../../resources/keys.ts";
import type { ObservedHost, ObservedInstance } from "../../resources/observed.ts";
import type { Cached, Informer } from "../../store/informer-contract.ts";

/** Everything a node reads: what is assigned to it, and what it said last. */
export type NodeRecord =
  | { readonly type: "assigned"; readonly value: AssignedInstance }
  | { readonly type: "assignedHost"; readonly value: AssignedHost }
  | { readonly type: "data"; readonly value: string }
  | { readonly type: "observed"; readonly value: ObservedInstance }
  | { readonly type: "observedHost"; readonly value: ObservedHost }
  | { readonly type: "other"; readonly value: undefined };
type RecordOf<T extends NodeRecord["type"]> = Extract<NodeRecord, { type: T }>["value"];
type Seen<T> = { readonly value: T; readonly modRevision: number };

export interface UnreadableAssignment {
  readonly key: string;
  readonly problem: string;
  readonly text: string;
  readonly revision: number;
}

const RECORDS: readonly (readonly [RegExp, NodeRecord["type"], Decode<unknown>])[] = [
  [/^assigned\/[^/]+\/instances\//, "assigned", decodeAssignedInstance],
  [/^assigned\/[^/]+\/host$/, "assignedHost", decodeAssignedHost],
  [/^assigned\/[^/]+\/data\//, "data", decodeAssignedData],
  [/^observed\/[^/]+\/instances\//, "observed", decodeObservedInstance],
  [/^observed\/[^/]+\/host$/, "observedHost", decodeObservedHost],
];

export function decodeNodeRecord(key: string, text: string): ReturnType<Decode<NodeRecord>> {
  const row = RECORDS.find(([pattern]) => pattern.test(key));
  if (!row) return { ok: true, value: { type: "other", value: undefined } };
  const [, type, decode] = row;
  const decoded = decode(key, text);
  return decoded.ok ? { ok: true, value: { type, value: decoded.value } as NodeRecord } : decoded;
}

/**
 * One picture per prefix: a node's role reads nothing between the two (decision 0002). They stand at revisions of
 * their own; nothing here depends on them being one.
 */
export interface Informers {
  readonly assigned: Informer<NodeRecord>;
  readonly observed: Informer<NodeRecord>;
}

/** Typed reading of a node's pictures. */
export class NodeView {
  readonly #name: string;
  readonly #informers: Informers;
  constructor(name: string, informers: Informers) {
    this.#name = name;
    this.#informers = informers;
  }

  assigned = (uid: string) => this.#read("assigned", assignedInstanceKey(this.#name, uid));
  observed = (uid: string) => this.#read("observed", observedInstanceKey(this.#name, uid));
  assignedHost = () => this.#read("assignedHost", assignedHostKey(this.#name));
  observedHost = () => this.#read("observedHost", observedHostKey(this.#name));
  data = (uid: string, digest: string) => this.#read("data", assignedDataKey(this.#name, uid, digest))?.value;

  /** An assignment that is there but cannot be read: quarantined, nothing is done over it (S8). */
  unreadable(uid: string): UnreadableAssignment | undefined {
    const key = assignedInstanceKey(this.#name, uid);
    const found = this.#informers.assigned.malformed.get(key);
    return found && { key, problem: found.problem, text: found.entry.value, revision: found.entry.modRevision };
  }

  /** Whether etcd says anything about a uid here, readable or not. */
  knows(uid: string): boolean {
    const [assigned, observed] = [assignedInstanceKey(this.#name, uid), observedInstanceKey(this.#name, uid)];
    const holds = (informer: Informer<NodeRecord>, key: string) =>
      informer.get(key) !== undefined || informer.malformed.has(key);
    return holds(this.#informers.assigned, assigned) || holds(this.#informers.observed, observed);
  }

  /** Uids that etcd says anything about, here, readable or not. */
  uids(): string[] {
    const found = new Set<string>();
    for (const side of ["assigned", "observed"] as const) {
      const prefix = `${side}/${this.#name}/instances/`;
      const { malformed } = this.#informers[side];
      const keys = [...[...this.#informers[side].entries(prefix)].map(({ key }) => key), ...malformed.keys()];
      for (const key of keys) if (key.startsWith(prefix)) found.add(key.slice(prefix.length));
    }
    return [...found];
  }

  /** Whether the picture follows etcd now. */
  get connected(): boolean {
    return this.#informers.assigned.connected;
  }

  #read<T extends NodeRecord["type"]>(type: T, key: string): Seen<RecordOf<T>> | undefined {
    const side = key.startsWith("assigned/") ? "assigned" : "observed";
    const cached: Cached<NodeRecord> | undefined = this.#informers[side].get(key);
    if (cached?.value.type !== type) return undefined;
    return { value: cached.value.value as RecordOf<T>, modRevision: cached.modRevision };
  }
}

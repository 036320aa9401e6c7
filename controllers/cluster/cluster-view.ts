import type { AssignedInstance } from "../../resources/assignment.ts";
import {
  aliveKey,
  assignedHostKey,
  assignedInstanceKey,
  observedHostKey,
  observedInstanceKey,
  PREFIX,
  reviewKey,
  specKey,
  statusKey,
  uidKey,
} from "../../resources/keys.ts";
import type { StoredObject } from "../../resources/meta.ts";
import type { UnsealingKey } from "../../resources/sealing/sealing-key.ts";
import type { Cached, Informer } from "../../store/informer-contract.ts";
import { BoundIndex } from "./bound-index.ts";
import type { ClusterRecord, RecordType, RecordValue } from "./cluster-record.ts";
import { DependentIndex } from "./dependents.ts";
import { HostTraces } from "./host-traces.ts";
import { HypervisorCache } from "./hypervisor-cache.ts";
import { ImageIndex } from "./image-index.ts";
import { TraitIndex } from "./trait-index.ts";

/** One record as it stood in the picture, with the revisions that a compare needs. */
export type Seen<T> = Omit<Cached<T>, "key"> & { readonly key: string };

/**
 * Typed reading of the one picture that all cluster-wide controllers share: every answer is of one revision.
 * Values are shared and must not be modified.
 */
export class ClusterView {
  readonly #informer: Informer<ClusterRecord>;
  /** Whether a host's heartbeat moves (HostLiveness). */
  readonly isAlive: (host: string) => boolean;
  /** Who names whom as owner. */
  readonly dependents: DependentIndex;
  /** Who has a host. */
  readonly bound: BoundIndex;
  /** What is known of hypervisors, for readHypervisor. */
  readonly hypervisors: HypervisorCache;
  /** What hosts say of images. */
  readonly images: ImageIndex;
  /** Which traits the providers of Hypervisors have. */
  readonly traits: TraitIndex;
  /** Which hosts know a uid. */
  readonly traces: HostTraces;

  constructor(informer: Informer<ClusterRecord>, isAlive: (host: string) => boolean) {
    this.#informer = informer;
    this.isAlive = isAlive;
    this.dependents = new DependentIndex(informer);
    this.bound = new BoundIndex(informer);
    this.hypervisors = new HypervisorCache(informer);
    this.images = new ImageIndex(informer);
    this.traits = new TraitIndex(informer);
    this.traces = new HostTraces(informer);
  }

  get revision(): number {
    return this.#informer.revision;
  }

  spec = (tail: string) => this.#read("spec", specKey(tail));
  status = (tail: string) => this.#read("status", statusKey(tail));
  uid = (uid: string) => this.#read("uid", uidKey(uid));
  assigned = (host: string, uid: string) => this.#read("assignedInstance", assignedInstanceKey(host, uid));
  assignedHost = (host: string) => this.#read("assignedHost", assignedHostKey(host));
  observed = (host: string, uid: string) => this.#read("observedInstance", observedInstanceKey(host, uid));
  observedHost = (host: string) => this.#read("observedHost", observedHostKey(host));
  review = (id: string) => this.#read("review", reviewKey(id));
  alive = (host: string) => this.#read("alive", aliveKey(host));

  /** Tail of the object that owns the uid which a spec claims, if anybody does; of an unreadable record, what it is. */
  ownerOfUid(spec: Seen<StoredObject> | undefined): string | undefined {
    const claimed = spec?.value.metadata.uid;
    if (!claimed) return undefined;
    const problem = this.problemOf(uidKey(claimed));
    return problem === undefined
      ? this.uid(claimed)?.value.tail
      : `whom ${uidKey(claimed)} says, which cannot be read (${problem})`;
  }

  /** What Secrets are opened with, by id. */
  unsealingKeys(): ReadonlyMap<string, UnsealingKey> {
    const keys = [...this.all("unsealingKey", PREFIX.vault)];
    return new Map(keys.map(({ key, value }) => [key.slice(PREFIX.vault.length), value]));
  }

  hasKey(key: string): boolean {
    return this.#informer.get(key) !== undefined;
  }

  /** Mod revision of a key, readable or not; 0: it is not there. */
  revisionOf(key: string): number {
    return (this.#informer.get(key) ?? this.malformed(key))?.modRevision ?? 0;
  }

  /** Why the record under a key could not be read, if so (S8). */
  problemOf(key: string): string | undefined {
    return this.#informer.malformed.get(key)?.problem;
  }

  /** The revision of a record that could not be read: what a compare on it needs. */
  malformed(key: string): { readonly modRevision: number; readonly createRevision: number } | undefined {
    return this.#informer.malformed.get(key)?.entry;
  }

  /** Keys under a prefix whose record could not be read. */
  malformedUnder(prefix: string): string[] {
    return [...this.#informer.malformed.keys()].filter((key) => key.startsWith(prefix));
  }

  /** All records of one type under a prefix, in key order. */
  *all<T extends Exclude<RecordType, "other">>(type: T, prefix: string): Generator<Seen<RecordValue<T>>> {
    for (const cached of this.#informer.entries(prefix)) {
      const seen = narrow(type, cached);
      if (seen) yield seen;
    }
  }

  /** Data keys of one instance on its host. */
  keysUnder(prefix: string): string[] {
    return [...this.#informer.entries(prefix)].map((cached) => cached.key);
  }

  assignmentsOf(host: string): Seen<AssignedInstance>[] {
    return [...this.all("assignedInstance", `assigned/${host}/instances/`)];
  }

  #read<T extends Exclude<RecordType, "other">>(type: T, key: string): Seen<RecordValue<T>> | undefined {
    const cached = this.#informer.get(key);
    return cached && narrow(type, cached);
  }
}

function narrow<T extends Exclude<RecordType, "other">>(
  type: T,
  cached: Cached<ClusterRecord>,
): Seen<RecordValue<T>> | undefined {
  if (cached.value.type !== type) return undefined;
  return { ...cached, value: (cached.value as unknown as { value: RecordValue<T> }).value };
}

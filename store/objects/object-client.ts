import { specKey, statusKey } from "../../resources/keys.ts";
import type { KindInfo } from "../../resources/kinds.ts";
import type { StoredObject } from "../../resources/meta.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Rewritten } from "../rewrite-key.ts";
import type { CallOptions, Store } from "../store.ts";
import { type CreateOptions, createObject } from "./create-object.ts";
import { objectJoin } from "./join-object.ts";
import type { JoinedObject } from "./joined-object.ts";
import { JoinedPicture } from "./joined-picture.ts";
import { objectRange } from "./object-range.ts";
import { type ObjectRef, tailOfRef } from "./object-ref.ts";
import { recoverObject } from "./recover-object.ts";
import { type DeletionOptions, requestDeletion } from "./request-deletion.ts";
import { type Mutate, type Updated, type UpdateOptions, updateObject } from "./update-object.ts";
import { type ObjectWatchChange, watchObjects } from "./watch-objects.ts";

/**
 * Objects as people see them: the two keys of each joined by uid. Reads come from the store, nothing is cached.
 * `namespace` is ignored for cluster-wide kinds.
 */
export class ObjectClient {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Both keys at one revision. `undefined` when nothing of this name is there. */
  async get(
    kind: KindInfo,
    namespace: string | undefined,
    name: string,
    options: CallOptions = {},
  ): Promise<JoinedObject | undefined> {
    const tail = tailOfRef({ kind, namespace, name });
    const { entries } = await this.#store.list([specKey(tail), statusKey(tail)], options);
    const find = (key: string) => entries.find((entry) => entry.key === key);
    return objectJoin(kind).join(tail, { spec: find(specKey(tail)), status: find(statusKey(tail)) });
  }

  /** In order of namespace and name, all read at one revision; `namespace` absent: everywhere. */
  async list(kind: KindInfo, namespace?: string, options: CallOptions = {}): Promise<readonly JoinedObject[]> {
    const range = objectRange(kind, namespace);
    const picture = new JoinedPicture(kind, range);
    picture.replace((await this.#store.list(range.prefixes, options)).entries);
    return picture.objects();
  }

  /** See watchObjects. */
  watch(kind: KindInfo, namespace: string | undefined, signal: AbortSignal): AsyncIterable<ObjectWatchChange> {
    return watchObjects(this.#store, this.#clock, { kind, namespace }, signal);
  }

  /** See createObject. */
  create(ref: ObjectRef, object: StoredObject, options: CreateOptions = {}): Promise<Rewritten> {
    return createObject(this.#store, ref, object, options);
  }

  /** See updateObject. */
  update(ref: ObjectRef, mutate: Mutate, options: UpdateOptions = {}): Promise<Updated> {
    return updateObject(this.#store, ref, mutate, options);
  }

  /** See requestDeletion. */
  requestDeletion(ref: ObjectRef, options: DeletionOptions = {}): Promise<Rewritten> {
    return requestDeletion(this.#store, this.#clock, ref, options);
  }

  /** See recoverObject. */
  recover(ref: ObjectRef, options: CallOptions = {}): Promise<Rewritten> {
    return recoverObject(this.#store, this.#clock, ref, options);
  }
}

export const createObjectClient = (store: Store, clock: Clock): ObjectClient => new ObjectClient(store, clock);

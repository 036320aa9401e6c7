import { randomUUID } from "node:crypto";
import type { Condition } from "../../../resources/conditions.ts";
import { objectTail } from "../../../resources/keys.ts";
import type { KindInfo } from "../../../resources/kinds.ts";
import type { OwnerReference, StoredMetadata, StoredObject } from "../../../resources/meta.ts";
import type { StatusRecord } from "../../../resources/status-record.ts";
import { eventually } from "../../support/eventually.ts";
import { type Cluster, objectOf } from "./cluster.ts";

/** What any kind of object has in common. */
export interface AnyStatus {
  readonly phase?: string;
  readonly conditions?: readonly Condition[];
  readonly [field: string]: unknown;
}

/** Objects of any kind on the cluster, by their tails, as users and tools write and read them. */
export class Objects {
  readonly #cluster: Cluster;
  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Returns the tail. In namespace `default` unless the metadata says another. */
  async put(kind: KindInfo, name: string, spec: object, metadata: Partial<StoredMetadata> = {}): Promise<string> {
    const { namespace = "default", uid = randomUUID() } = metadata;
    const tail = objectTail(kind, namespace, name);
    const place = kind.namespaced ? { namespace } : {};
    await this.#cluster.put(`spec/${tail}`, objectOf(kind.kind, { ...metadata, name, uid, ...place }, spec));
    return tail;
  }

  async change(tail: string, change: (object: StoredObject) => StoredObject): Promise<void> {
    const old = await this.stored(tail);
    const next = change(old);
    await this.#cluster.put(`spec/${tail}`, {
      ...next,
      metadata: { ...next.metadata, generation: old.metadata.generation + 1 },
    });
  }

  respec(tail: string, spec: object): Promise<void> {
    return this.change(tail, (object) => ({ ...object, spec: { ...(object.spec as object), ...spec } }));
  }

  remeta(tail: string, metadata: Partial<StoredMetadata>): Promise<void> {
    return this.change(tail, (object) => ({ ...object, metadata: { ...object.metadata, ...metadata } }));
  }

  delete(tail: string, cascade?: string): Promise<void> {
    return this.change(tail, (object) => {
      const annotations = { ...object.metadata.annotations, ...(cascade && { "compute.vmctl/cascade": cascade }) };
      return { ...object, metadata: { ...object.metadata, annotations, deletionTimestamp: "2030-01-01T00:00:00Z" } };
    });
  }

  async stored<Spec = unknown>(tail: string): Promise<StoredObject<Spec>> {
    const found = await this.#cluster.read<StoredObject<Spec>>(`spec/${tail}`);
    if (!found) throw new Error(`${tail} is not there`);
    return found;
  }

  async names(kind: KindInfo, namespace = "default"): Promise<string[]> {
    const keys = await this.#cluster.keys(`spec/${objectTail(kind, namespace, "")}`);
    return keys.map((key) => key.slice(key.lastIndexOf("/") + 1));
  }

  record(tail: string): Promise<StatusRecord<AnyStatus> | undefined> {
    return this.#cluster.read(`status/${tail}`);
  }

  async condition(tail: string, type: string): Promise<Condition | undefined> {
    return (await this.record(tail))?.status.conditions?.find((condition) => condition.type === type);
  }

  until(tail: string, type: string, status: string, reason?: string): Promise<Condition> {
    return eventually(async () => {
      const found = await this.condition(tail, type);
      if (found?.status === status && (reason === undefined || found.reason === reason)) return found;
      throw new Error(`${type} of ${tail} is ${JSON.stringify(found ?? null)}`);
    });
  }

  async gone(...tails: string[]): Promise<void> {
    await eventually(async () => {
      const left = await Promise.all(
        tails.flatMap((tail) => [this.#cluster.read(`spec/${tail}`), this.#cluster.read(`status/${tail}`)]),
      );
      if (left.some((value) => value !== undefined)) throw new Error(JSON.stringify(left));
    });
  }

  /** A reference to an object that is there. */
  async owner(tail: string, more: Partial<OwnerReference> = {}): Promise<OwnerReference> {
    const { apiVersion, kind, metadata } = await this.stored(tail);
    return { apiVersion, kind, name: metadata.name, uid: metadata.uid, ...more };
  }

  async admitted(tail: string): Promise<void> {
    await eventually(async () => (await this.record(tail))?.uid !== undefined);
  }
}

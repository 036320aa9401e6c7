import { randomUUID } from "node:crypto";
import { type RunningNode, startNode } from "../../../controllers/node/start-node.ts";
import { type RunningControllers, startControllers } from "../../../controllers/start-controllers.ts";
import { SimulatedHost, type SimulatedHostOptions } from "../../../hypervisor/simulated/simulated-host.ts";
import {
  SimulatedHypervisor,
  type SimulatedHypervisorOptions,
} from "../../../hypervisor/simulated/simulated-hypervisor.ts";
import { openEmbeddedPlacement } from "../../../placement/embedded/open-embedded-placement.ts";
import type { Placement } from "../../../placement/placement.ts";
import type { AssignedHost, AssignedInstance } from "../../../resources/assignment.ts";
import type { Condition } from "../../../resources/conditions.ts";
import type { Event } from "../../../resources/event.ts";
import type { HypervisorStatus } from "../../../resources/hypervisor.ts";
import type { InstanceStatus } from "../../../resources/instance-status.ts";
import { API_VERSION, type StoredObject } from "../../../resources/meta.ts";
import type { ObservedInstance } from "../../../resources/observed.ts";
import type { StatusRecord } from "../../../resources/status-record.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { silentLog } from "../../../runtime/log.ts";
import { EventLeases } from "../../../store/event-leases.ts";
import { fencedStore } from "../../../store/fenced-store.ts";
import type { Compare, Store } from "../../../store/store.ts";
import { putAll, remove } from "../../support/commits.ts";
import { eventually } from "../../support/eventually.ts";
import { seededRandom } from "../../support/seed.ts";
import type { Etcd } from "../../support/shared-etcd.ts";

export interface HostOptions {
  readonly simulated?: Partial<SimulatedHostOptions>;
  readonly hypervisor?: Partial<SimulatedHypervisorOptions>;
  readonly ttlSeconds?: number;
  readonly observeOnly?: boolean;
  readonly bootId?: string;
  readonly onHostAssigned?: (host: AssignedHost) => void;
}

export interface InstanceOptions {
  readonly namespace?: string;
  readonly uid?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Prefixes whose revisions are not counted: what moves by itself, and what goes by itself. */
const APART = ["alive/", "events/", "elections/"];

/** Controllers, nodes and simulated hosts in this process, on one root of a real etcd. */
export class Cluster {
  readonly store: Store;
  readonly hosts = new Map<string, SimulatedHost>();
  readonly nodes = new Map<string, RunningNode>();
  readonly #stops: (() => Promise<void>)[] = [];

  private constructor(store: Store) {
    this.store = store;
  }

  /** `root`: for those who come to it from outside; absent: one that nobody knows. */
  static async on(server: Etcd, root?: string): Promise<Cluster> {
    return new Cluster(await server.store(root === undefined ? {} : { root }));
  }

  /** Starts cluster-wide controllers; several at once are several replicas. */
  async controllers(
    options: { fence?: Compare; placement?: Placement; store?: Store } = {},
  ): Promise<RunningControllers> {
    const own = options.store ?? this.store;
    const store = options.fence ? fencedStore(own, options.fence) : own;
    const placement = options.placement ?? (await openEmbeddedPlacement({ store, clock: systemClock, log: silentLog }));
    const running = await startControllers({
      store,
      placement,
      leases: new EventLeases({ store, clock: systemClock }),
      clock: systemClock,
      log: silentLog,
      random: seededRandom(1),
    });
    let stopped: Promise<void> | undefined;
    const stop = () => {
      stopped ??= running.stop().then(() => placement.close());
      return stopped;
    };
    this.#stops.push(stop);
    return { ...running, stop };
  }

  /** Starts the node controller of a host, which is made when it is new; its guests outlive the node. */
  async node(name = "host-1", options: HostOptions = {}): Promise<RunningNode> {
    const host = this.hosts.get(name) ?? this.#newHost(name, options);
    const hypervisor = new SimulatedHypervisor({ host, random: seededRandom(2), ...options.hypervisor });
    const node = await startNode({
      name,
      store: this.store,
      hypervisor,
      identity: {
        machineId: name,
        bootId: options.bootId ?? "boot-1",
        startToken: randomUUID(),
        version: "test",
      },
      ttlSeconds: options.ttlSeconds ?? 10,
      observeOnly: options.observeOnly ?? false,
      clock: systemClock,
      log: silentLog,
      random: seededRandom(3),
      ...(options.onHostAssigned ? { onHostAssigned: options.onHostAssigned } : {}),
    });
    let stopped: Promise<void> | undefined;
    const stop = () => {
      stopped ??= node.stop().then(() => hypervisor.close());
      return stopped;
    };
    this.#stops.push(stop);
    this.nodes.set(name, { ...node, stop });
    return { ...node, stop };
  }

  /** Everything one test needs: controllers and one host that takes work. */
  async one(options: HostOptions = {}): Promise<{ controllers: RunningControllers; node: RunningNode }> {
    const controllers = await this.controllers();
    const node = await this.node("host-1", options);
    await this.hostReady("host-1");
    return { controllers, node };
  }

  host(name = "host-1"): SimulatedHost {
    const host = this.hosts.get(name);
    if (!host) throw new Error(`no host ${name}`);
    return host;
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.reverse()) await stop();
    for (const host of this.hosts.values()) host.close();
    await this.store.close();
  }

  // What users write.

  async image(name = "tiny", spec: object = { source: { url: "http://images/tiny" }, checksum: DIGEST }) {
    await this.put(`spec/cluster/images/${name}`, objectOf("Image", { name }, spec));
  }

  async hypervisor(name: string, spec: object, metadata: object = {}): Promise<void> {
    const key = `spec/cluster/hypervisors/${name}`;
    const old = await this.read<StoredObject>(key);
    await this.put(
      key,
      old
        ? { ...old, metadata: { ...old.metadata, ...metadata, generation: old.metadata.generation + 1 }, spec }
        : objectOf("Hypervisor", { name, ...metadata }, spec),
    );
  }

  /** Returns the uid. */
  async instance(name: string, spec: object = {}, options: InstanceOptions = {}): Promise<string> {
    const { namespace = "default", uid = randomUUID(), ...more } = options;
    const metadata = { name, namespace, uid, ...more };
    await this.put(`spec/ns/${namespace}/instances/${name}`, objectOf("Instance", metadata, { ...TINY, ...spec }));
    return uid;
  }

  /** What apply does to an object that exists. */
  async change(name: string, change: (object: StoredObject) => StoredObject): Promise<void> {
    const key = specOf(name);
    const old = await this.read<StoredObject>(key);
    if (!old) throw new Error(`${key} is not there`);
    const next = change(old);
    await this.put(key, { ...next, metadata: { ...next.metadata, generation: old.metadata.generation + 1 } });
  }

  respec(name: string, spec: object): Promise<void> {
    return this.change(name, (object) => ({ ...object, spec: { ...(object.spec as object), ...spec } }));
  }

  annotate(name: string, annotations: Readonly<Record<string, string>>): Promise<void> {
    return this.change(name, (object) => ({
      ...object,
      metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...annotations } },
    }));
  }

  delete(name: string): Promise<void> {
    return this.change(name, (object) => ({
      ...object,
      metadata: { ...object.metadata, deletionTimestamp: "2030-01-01T00:00:00Z" },
    }));
  }

  // What stands in etcd.

  async put(key: string, value: unknown): Promise<number> {
    return putAll(this.store, { [key]: typeof value === "string" ? value : JSON.stringify(value) });
  }

  remove(...keys: string[]): Promise<number> {
    return remove(this.store, ...keys);
  }

  async read<T>(key: string): Promise<T | undefined> {
    const entry = await this.store.get(key);
    return entry && (JSON.parse(entry.value) as T);
  }

  async keys(prefix = ""): Promise<string[]> {
    return (await this.store.list([prefix])).entries.map(({ key }) => key);
  }

  record(name: string): Promise<StatusRecord<InstanceStatus> | undefined> {
    return this.read(statusOf(name));
  }

  async status(name: string): Promise<InstanceStatus | undefined> {
    return (await this.record(name))?.status;
  }

  async condition(name: string, type: string): Promise<Condition | undefined> {
    return (await this.status(name))?.conditions?.find((condition) => condition.type === type);
  }

  async hostStatus(name = "host-1"): Promise<HypervisorStatus | undefined> {
    return (await this.read<StatusRecord<HypervisorStatus>>(`status/cluster/hypervisors/${name}`))?.status;
  }

  async hostCondition(name: string, type: string): Promise<Condition | undefined> {
    return (await this.hostStatus(name))?.conditions?.find((condition) => condition.type === type);
  }

  assigned(uid: string, host = "host-1"): Promise<AssignedInstance | undefined> {
    return this.read(`assigned/${host}/instances/${uid}`);
  }

  observed(uid: string, host = "host-1"): Promise<ObservedInstance | undefined> {
    return this.read(`observed/${host}/instances/${uid}`);
  }

  async events(uid: string): Promise<Event[]> {
    return (await this.store.list([`events/${uid}/`])).entries.map(({ value }) => JSON.parse(value) as Event);
  }

  // What is waited for.

  async hostReady(name: string): Promise<void> {
    await eventually(async () => {
      const { conditions = [] } = (await this.hostStatus(name)) ?? {};
      const isTrue = (type: string) => conditions.some((one) => one.type === type && one.status === "True");
      if (!isTrue("Ready") || !isTrue("PlacementSynced")) throw new Error(JSON.stringify(conditions));
    });
  }

  /** Until a condition has a status, and a reason if one is given; returns it. */
  async until(name: string, type: string, status: string, reason?: string): Promise<Condition> {
    return eventually(async () => {
      const found = await this.condition(name, type);
      if (found?.status === status && (reason === undefined || found.reason === reason)) return found;
      throw new Error(`${type} of ${name} is ${JSON.stringify(found ?? null)}`);
    });
  }

  async running(name: string): Promise<InstanceStatus> {
    await this.until(name, "Ready", "True");
    const status = await this.status(name);
    if (!status) throw new Error(`${name} vanished`);
    return status;
  }

  async gone(name: string): Promise<void> {
    await eventually(async () => {
      const left = [await this.read(specOf(name)), await this.read(statusOf(name))];
      if (left.some((value) => value !== undefined)) throw new Error(JSON.stringify(left));
    });
  }

  /** Revisions that changed something but heartbeats, events and elections, from one revision to now. */
  async revisionsSince(from: number): Promise<string[]> {
    const { revision } = await this.store.list(["none/"]);
    const stop = new AbortController();
    const found: string[] = [];
    if (revision <= from) return found;
    await this.put("alive/counting-mark", { mark: true });
    for await (const batch of this.store.watch([""], { from: from + 1, signal: stop.signal })) {
      const keys = batch.changes.map((change) => (change.type === "put" ? change.entry.key : `-${change.key}`));
      if (keys.includes("alive/counting-mark")) break;
      const counted = keys.filter((key) => !APART.some((prefix) => key.replace(/^-/, "").startsWith(prefix)));
      if (counted.length > 0) found.push(counted.join(" "));
    }
    stop.abort();
    return found;
  }

  async revision(): Promise<number> {
    return (await this.store.list(["none/"])).revision;
  }

  #newHost(name: string, options: HostOptions): SimulatedHost {
    const host = new SimulatedHost({
      clock: systemClock,
      hostname: name,
      bootMs: 30,
      shutdownMs: 20,
      ...options.simulated,
    });
    host.images.add("http://images/tiny");
    this.hosts.set(name, host);
    return host;
  }
}

export const DIGEST = `sha256:${"1".repeat(64)}`;
const TINY = { image: { name: "tiny" } };
export const specOf = (name: string) => `spec/ns/default/instances/${name}`;
export const statusOf = (name: string) => `status/ns/default/instances/${name}`;

export function objectOf(kind: string, metadata: object, spec: object): StoredObject {
  return {
    apiVersion: API_VERSION,
    kind,
    metadata: {
      name: "",
      uid: randomUUID(),
      generation: 1,
      creationTimestamp: "2030-01-01T00:00:00Z",
      ...metadata,
    },
    spec,
  };
}

import { expect } from "vitest";
import type { RunningControllers } from "../../controllers/start-controllers.ts";
import { objectTail } from "../../resources/keys.ts";
import type { StoredObject } from "../../resources/meta.ts";
import { Namespace } from "../../resources/namespace.ts";
import { TransientError } from "../../runtime/errors.ts";
import { Cluster } from "../controllers/support/cluster.ts";
import { Crowd, namesOf } from "../controllers/support/crowd.ts";
import { storeWith } from "../controllers/support/gates.ts";
import { Objects } from "../controllers/support/objects.ts";
import { eventually } from "./eventually.ts";
import type { Etcd } from "./shared-etcd.ts";
import { WrittenHistory } from "./written-history.ts";

const HOSTS = 3;
const NAMES = namesOf(10);
const CAPACITY = { vcpu: 6, memory: 4 * 2 ** 30, disk: 100 * 2 ** 30 };

/** What users do, machines do and programs suffer, at random; after each step everything has to be as it must be. */
export class SchedulingHistory {
  readonly #cluster: Cluster;
  readonly #random: () => number;
  readonly #objects: Objects;
  readonly #written: WrittenHistory;
  #controllers: RunningControllers[] = [];
  readonly steps: string[] = [];

  private constructor(cluster: Cluster, random: () => number, written: WrittenHistory) {
    this.#cluster = cluster;
    this.#random = random;
    this.#written = written;
    this.#objects = new Objects(cluster);
  }

  static async on(server: Etcd, random: () => number): Promise<SchedulingHistory> {
    const cluster = await Cluster.on(server);
    const history = new SchedulingHistory(cluster, random, await WrittenHistory.of(cluster.store));
    await history.#replica();
    await cluster.image();
    await new Crowd(cluster).hosts(HOSTS, CAPACITY);
    return history;
  }

  async run(steps: number): Promise<void> {
    for (let step = 0; step < steps; step++) {
      const [name, action] = this.#pick(this.#actions());
      this.steps.push(name);
      await action();
      if (this.#random() < 0.5) await this.#quiet();
    }
    await this.#quiet();
  }

  async stop(): Promise<void> {
    await this.#written.stop();
    await this.#cluster.stop();
  }

  #pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#random() * from.length)] as T;
  }

  /** Some commits never arrive, of some the answer is lost: once it acts, for a start that fails is tried again. */
  async #replica(): Promise<void> {
    let acts = false;
    const inner = this.#cluster.store;
    const lossy = storeWith(inner, () => {
      if (this.#random() < 0.05 && acts) throw new TransientError("Unavailable", "not sent");
    });
    const commit: typeof inner.commit = async (transaction, options) => {
      const outcome = await lossy.commit(transaction, options);
      if (this.#random() < 0.05 && acts) throw new TransientError("UnknownOutcome", "the answer is lost");
      return outcome;
    };
    this.#controllers.push(await this.#cluster.controllers({ store: { ...lossy, commit } }));
    acts = true;
  }

  #actions(): readonly (readonly [string, () => Promise<unknown>])[] {
    const cluster = this.#cluster;
    const name = this.#pick(NAMES);
    const host = `host-${Math.floor(this.#random() * HOSTS)}`;
    const change = (spec: object, metadata: object = {}) => this.#change(name, spec, metadata);
    const size = { vcpu: 1 + Math.floor(this.#random() * 3), memory: this.#pick(["512Mi", "1Gi", "2Gi"]), disk: "1Gi" };
    const labels = { app: this.#pick(["web", "db", "none"]) };
    const apart = { antiAffinity: [{ labelSelector: { matchLabels: { app: "web" } } }] };
    const near = { affinity: [{ labelSelector: { matchLabels: { app: "db" } } }] };
    const extra = this.#pick<object>([{}, {}, apart, near, { priority: 5 }, { traits: { required: ["CUSTOM_FAST"] } }]);
    const create = async () => {
      if (!(await this.#stored(name))) await cluster.instance(name, { resources: size, ...extra }, { labels });
    };
    return [
      [`create ${name}`, create],
      [`create ${name}`, create],
      [`create ${name}`, create],
      [`resize ${name}`, () => change({ resources: size })],
      [`relabel ${name}`, () => change({}, { labels })],
      [`delete ${name}`, () => change({}, { deletionTimestamp: "2030-01-01T00:00:00Z" })],
      [`delete ${name}`, () => change({}, { deletionTimestamp: "2030-01-01T00:00:00Z" })],
      [`cordon ${host}`, () => cluster.hypervisor(host, { unschedulable: true })],
      [`uncordon ${host}`, () => cluster.hypervisor(host, { traits: ["CUSTOM_FAST"] })],
      [`shrink ${host}`, () => cluster.hypervisor(host, { reserved: { memory: "3Gi" } })],
      ["quota", () => this.#namespace({ quota: { vcpu: 4 + Math.floor(this.#random() * 8) } })],
      ["limits", () => this.#namespace({ limits: { instances: 4 + Math.floor(this.#random() * 6) } })],
      ["no limits", () => this.#namespace({})],
      ["restart controllers", () => this.#restart()],
      ["another replica", () => (this.#controllers.length < 3 ? this.#replica() : this.#restart())],
      [`restart ${host}`, () => this.#bounce(host)],
    ];
  }

  #stored = (name: string) => this.#cluster.read<StoredObject>(`spec/ns/default/instances/${name}`);

  async #change(name: string, spec: object, metadata: object): Promise<void> {
    const key = `spec/ns/default/instances/${name}`;
    const entry = await this.#cluster.store.get(key);
    if (!entry) return;
    const old = JSON.parse(entry.value) as StoredObject;
    const next = {
      ...old,
      metadata: { ...old.metadata, ...metadata, generation: old.metadata.generation + 1 },
      spec: { ...(old.spec as object), ...spec },
    };
    const writes = [{ op: "put" as const, key, value: JSON.stringify(next) }];
    await this.#cluster.store.commit({ compares: [{ key, modRevision: entry.modRevision }], writes });
  }

  #namespace(spec: object): Promise<void> {
    return this.#objects.change(objectTail(Namespace, undefined, "default"), (object) => ({ ...object, spec }));
  }

  async #restart(): Promise<void> {
    for (const controllers of this.#controllers.splice(0)) await controllers.stop();
    await this.#replica();
  }

  async #bounce(host: string): Promise<void> {
    await this.#cluster.nodes.get(host)?.stop();
    await this.#cluster.node(host);
  }

  /** Nothing is under way, and all books agree. */
  #quiet(): Promise<unknown> {
    return eventually(
      async () => {
        for (const controllers of this.#controllers) await controllers.idle();
        expect(await this.#written.caughtUp()).toBe(true);
        expect(this.#written.problems).toEqual([]);
        expect(this.#written.disagreements()).toEqual([]);
      },
      { deadlineMs: 20_000, everyMs: 50 },
    );
  }
}

import { openEmbeddedPlacement } from "../../../placement/embedded/open-embedded-placement.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { silentLog } from "../../../runtime/log.ts";
import type { Store } from "../../../store/store.ts";
import { eventually } from "../../support/eventually.ts";
import { actingPlacement } from "./acting-placement.ts";
import type { Cluster } from "./cluster.ts";

const GIB = 2 ** 30;
const PATIENCE = { deadlineMs: 15_000, everyMs: 50 };

export const namesOf = (count: number, prefix = "web") =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

/** Many hosts and instances on a cluster, and what is asked about all of them. */
export class Crowd {
  readonly cluster: Cluster;
  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  async hosts(count: number, capacity = { vcpu: 8, memory: 16 * GIB, disk: 200 * GIB }): Promise<void> {
    const names = namesOf(count, "host");
    await Promise.all(names.map((name) => this.cluster.node(name, { simulated: { capacity } })));
    for (const name of names) await this.cluster.hostReady(name);
  }

  async instances(names: readonly string[], spec: object, labels: Readonly<Record<string, string>> = {}) {
    await Promise.all(names.map((name) => this.cluster.instance(name, spec, { labels })));
  }

  hostOf = async (name: string) => (await this.cluster.record(name))?.binding?.hypervisor;

  /** Those of them that have one. */
  async hostsOf(names: readonly string[]): Promise<string[]> {
    return (await Promise.all(names.map(this.hostOf))).filter((host) => host !== undefined);
  }

  async bound(names: readonly string[]): Promise<string[]> {
    return (await Promise.all(names.map(async (name) => ((await this.hostOf(name)) ? [name] : [])))).flat();
  }

  /** Each has a host, or was told why it has none. */
  settled(names: readonly string[]): Promise<unknown> {
    return eventually(async () => {
      for (const name of names)
        if ((await this.cluster.condition(name, "Scheduled")) === undefined) throw new Error(`${name} is not decided`);
    }, PATIENCE);
  }

  untilBound(names: readonly string[], count = names.length): Promise<unknown> {
    return eventually(async () => {
      const bound = await this.hostsOf(names);
      if (bound.length !== count) throw new Error(`${bound.length} have a host`);
    }, PATIENCE);
  }

  /** Several controllers that all act: without an election, nothing but the compares holds them back. */
  async schedulers(count: number): Promise<void> {
    for (let started = 0; started < count; started++) await this.cluster.controllers();
  }

  /** The same with Placements that act before they answer. */
  async outsideSchedulers(count: number, store: Store = this.cluster.store): Promise<void> {
    for (let started = 0; started < count; started++) {
      const engine = await openEmbeddedPlacement({ store: this.cluster.store, clock: systemClock, log: silentLog });
      await this.cluster.controllers({ store, placement: actingPlacement(engine, this.cluster.store) });
    }
  }
}

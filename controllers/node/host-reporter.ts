import type { Hypervisor } from "../../hypervisor/hypervisor.ts";
import { isHypervisorError } from "../../hypervisor/hypervisor-error.ts";
import { observedHostKey } from "../../resources/keys.ts";
import type { ObservedHost } from "../../resources/observed.ts";
import type { Clock } from "../../runtime/clock.ts";
import { messageOf } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import { type Metrics, noMetrics } from "../../runtime/metrics.ts";
import type { Store } from "../../store/store.ts";
import type { NodeView } from "./node-view.ts";
import { findOrphans } from "./orphans.ts";

export interface HostReporterOptions {
  readonly name: string;
  readonly store: Store;
  readonly hypervisor: Hypervisor;
  readonly view: NodeView;
  readonly clock: Clock;
  readonly log: Log;
  readonly observeOnly: boolean;
  readonly caughtUp: (revision: number) => Promise<void>;
  readonly metrics?: Metrics;
}

const REPORT_MS = 15_000;

/** Keeps `observed/<host>/host` true; writes only when something in it differs. */
export class HostReporter {
  readonly #options: HostReporterOptions;
  readonly #stop = new AbortController();
  readonly #orphanGauge: (value: number) => void;
  #serving = false;
  #last: ObservedHost | undefined;
  #running: Promise<void> = Promise.resolve();
  /** Settled, never rejected, once the report asked for last is through. */
  #reported: Promise<void> = Promise.resolve();
  /** The report that was asked for and has not begun. */
  #pending: Promise<void> | undefined;

  constructor(options: HostReporterOptions) {
    this.#options = options;
    this.#orphanGauge = (options.metrics ?? noMetrics).gauge({
      name: "vmctl_orphaned_domains",
      help: "Machines of ours on this host that etcd does not know",
    });
  }

  /** Says that this node takes work, and looks again now and then until stopped. */
  async start(): Promise<void> {
    this.#serving = true;
    await this.#report();
    this.#running = this.#loop();
  }

  /** Says that this node takes no more work. Guests run on. Best effort: etcd may be away. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.#reported;
    this.#serving = false;
    const last = this.#last;
    if (last) await this.#write({ ...last, serving: false }).catch((error: unknown) => this.#complain(error));
  }

  /** Something about the host changed: people should not wait for the next look. Never rejects. */
  async reportNow(): Promise<void> {
    if (!this.#serving || this.#stop.signal.aborted) return;
    // Who asked for that report complains; a failure is worth one line, not one for each event.
    if (this.#pending) return this.#reported;
    await this.#report().catch((error: unknown) => this.#complain(error));
  }

  /**
   * One report runs at a time, or an older one may be written last. All who ask meanwhile share the one that follows:
   * it begins after they asked, so it has what they know of.
   */
  #report(): Promise<void> {
    if (this.#pending) return this.#pending;
    const report = this.#reportAfter(this.#reported);
    this.#pending = report;
    this.#reported = report.catch(() => {});
    return report;
  }

  async #reportAfter(earlier: Promise<void>): Promise<void> {
    await earlier;
    this.#pending = undefined;
    if (!this.#stop.signal.aborted) await this.#look();
  }

  async #look(): Promise<void> {
    const { hypervisor, observeOnly } = this.#options;
    const { hostname, capacity, unmanaged, virtType, versions, networks, bridges, pools, traits, facts } =
      await hypervisor.host();
    await this.#write({
      hostname,
      observeOnly,
      serving: this.#serving,
      capacity: { ...capacity },
      unmanaged: { ...unmanaged },
      virtType,
      versions: { ...versions },
      networks: [...networks].sort(),
      bridges: [...bridges].sort(),
      pools: [...pools].sort(),
      traits: [...traits].sort(),
      facts,
      ...(await this.#orphans()),
    });
  }

  /** Nothing to tell: no field. When libvirt does not answer, what was found last stands. */
  async #orphans(): Promise<Pick<ObservedHost, "orphans">> {
    const { hypervisor, view, log } = this.#options;
    const before = this.#last?.orphans ?? [];
    const orphans = await findOrphans(hypervisor, view).catch((error: unknown) => {
      if (isHypervisorError(error)) return before;
      throw error;
    });
    this.#orphanGauge(orphans.length);
    if (orphans.join() !== before.join()) log.warn({ orphans }, "machines of ours that etcd does not know; left alone");
    return orphans.length > 0 ? { orphans } : {};
  }

  async #write(host: ObservedHost): Promise<void> {
    const { store, name, view } = this.#options;
    this.#last = host;
    const value = JSON.stringify(host);
    const known = view.observedHost();
    if (known && JSON.stringify(known.value) === value) return;
    const outcome = await store.commit({ compares: [], writes: [{ op: "put", key: observedHostKey(name), value }] });
    await this.#options.caughtUp(outcome.revision);
  }

  async #loop(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await this.#options.clock.sleep(REPORT_MS, signal);
        await this.#report();
      } catch (error) {
        if (!signal.aborted) this.#complain(error);
      }
    }
  }

  #complain(error: unknown): void {
    this.#options.log.warn({ error: messageOf(error) }, "host report failed");
  }
}

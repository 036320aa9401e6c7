import type { Log } from "../../runtime/log.ts";
import type { Metrics } from "../../runtime/metrics.ts";

export interface BeatFigures {
  readonly acknowledged: number;
  readonly late: number;
  readonly worstMs: number;
}

const BUCKETS = [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

/**
 * How long heartbeats took, from the moment they were due to their acknowledgement by etcd. Two kinds are counted
 * alike: the keep-alive of a host's lease, and the word that moves. Late is what took longer than a third of the TTL:
 * the next one was due by then.
 */
export class BeatWatch {
  readonly #lateMs: number;
  readonly #log: Log;
  readonly #tell: { readonly beat: (delayMs: number) => void; readonly late: () => void };
  readonly #worst: (seconds: number) => void;
  #figures: BeatFigures = { acknowledged: 0, late: 0, worstMs: 0 };
  #toldLate = 0;

  constructor(ttlSeconds: number, { log, metrics }: { readonly log: Log; readonly metrics: Metrics }) {
    this.#lateMs = (ttlSeconds * 1000) / 3;
    this.#log = log;
    const seconds = metrics.histogram({
      name: "vmctl_heartbeat_seconds",
      help: "From when a heartbeat was due to its acknowledgement",
      buckets: BUCKETS,
    });
    const late = metrics.counter({
      name: "vmctl_heartbeats_late_total",
      help: "Heartbeats acknowledged later than a third of the lease's TTL after they were due",
    });
    late({}, 0);
    this.#tell = { beat: (delayMs) => seconds(delayMs / 1000), late: () => late() };
    this.#worst = metrics.gauge({ name: "vmctl_heartbeat_worst_seconds", help: "The slowest heartbeat so far" });
  }

  get figures(): BeatFigures {
    return this.#figures;
  }

  readonly acknowledged = (delayMs: number): void => {
    const { acknowledged, late, worstMs } = this.#figures;
    const isLate = delayMs > this.#lateMs;
    this.#tell.beat(delayMs);
    if (isLate) this.#tell.late();
    if (delayMs > worstMs) this.#worst(delayMs / 1000);
    this.#figures = {
      acknowledged: acknowledged + 1,
      late: late + (isLate ? 1 : 0),
      worstMs: Math.max(worstMs, Math.round(delayMs)),
    };
  };

  /** A line when there were late ones since the last. */
  warn(): void {
    if (this.#figures.late === this.#toldLate) return;
    this.#toldLate = this.#figures.late;
    this.#log.warn(this.#figures, "heartbeats were acknowledged late");
  }
}

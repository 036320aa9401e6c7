import { Counter, Gauge, Histogram, Registry } from "prom-client";

export type Labels = Readonly<Record<string, string>>;

export interface MetricOptions {
  /** Prometheus rules: `vmctl_` first, base unit and `_total` last. */
  readonly name: string;
  readonly help: string;
  /** Names of the labels; only what has few values (never a key or a uid). */
  readonly labels?: readonly string[];
}

/** Upper bounds in the metric's unit. */
export interface HistogramOptions extends MetricOptions {
  readonly buckets: readonly number[];
}

/**
 * One program's figures. Asking for a name again gives the same metric, so that several controllers share one
 * metric with a label each.
 */
export interface Metrics {
  /** Adds `by` (1 when absent) to a counter. */
  counter(options: MetricOptions): (labels?: Labels, by?: number) => void;
  gauge(options: MetricOptions): (value: number, labels?: Labels) => void;
  histogram(options: HistogramOptions): (value: number, labels?: Labels) => void;
  /** The Prometheus text format. */
  text(): Promise<string>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  /** The metric of that name, made by `make` the first time. */
  const once = <T>(name: string, make: () => T): T => (registry.getSingleMetric(name) as T | undefined) ?? make();
  const common = ({ name, help, labels }: MetricOptions) => ({
    name,
    help,
    labelNames: [...(labels ?? [])],
    registers: [registry],
  });
  return {
    counter(options) {
      const metric = once(options.name, () => new Counter(common(options)));
      return (labels = {}, by = 1) => metric.inc(labels, by);
    },
    gauge(options) {
      const metric = once(options.name, () => new Gauge(common(options)));
      return (value, labels = {}) => metric.set(labels, value);
    },
    histogram(options) {
      const buckets = [...options.buckets];
      const metric = once(options.name, () => new Histogram({ ...common(options), buckets }));
      return (value, labels = {}) => metric.observe(labels, value);
    },
    text: () => registry.metrics(),
  };
}

/** For parts that may run without figures. */
export const noMetrics: Metrics = {
  counter: () => () => {},
  gauge: () => () => {},
  histogram: () => () => {},
  text: () => Promise.resolve(""),
};

import type { ByHandTimes } from "./by-hand.ts";
import type { ProductTimes } from "./product-start.ts";
import { quantile, spread } from "./quantile.ts";

export interface Pair {
  readonly product: ProductTimes;
  readonly byHand: ByHandTimes;
}

export interface BootFigures {
  readonly runs: number;
  readonly product: { readonly p50: number; readonly p95: number };
  readonly byHand: { readonly p50: number; readonly p95: number };
  /** p50 of the product by p50 by hand; and the median of the ratios of each pair. */
  readonly ratio: { readonly p50: number; readonly p95: number; readonly pairs: number };
  /** Medians in ms since the spec was sent. */
  readonly way: Readonly<Record<string, number>>;
  readonly byHandParts: Readonly<Record<string, number>>;
  /** From libvirt's start event to the status. */
  readonly startedToRunning: { readonly p50: number; readonly max: number };
}

export function bootFigures(pairs: readonly Pair[]): BootFigures {
  const product = pairs.map((pair) => pair.product.running);
  const byHand = pairs.map((pair) => pair.byHand.all);
  const median = (pick: (pair: Pair) => number | undefined) =>
    quantile(
      pairs.map(pick).filter((value) => value !== undefined),
      0.5,
    );
  const steps = [...new Set(pairs.flatMap((pair) => Object.keys(pair.product.steps)))];
  const seen = pairs.map(({ product: { running, started } }) => running - started);
  return {
    runs: pairs.length,
    product: spread(product),
    byHand: spread(byHand),
    ratio: {
      p50: quantile(product, 0.5) / quantile(byHand, 0.5),
      p95: quantile(product, 0.95) / quantile(byHand, 0.95),
      pairs: median((pair) => pair.product.running / pair.byHand.all),
    },
    way: {
      committed: median((pair) => pair.product.committed),
      assigned: median((pair) => pair.product.assigned),
      ...Object.fromEntries(steps.map((step) => [`step ${step}`, median((pair) => pair.product.steps[step])])),
      defined: median((pair) => pair.product.defined),
      started: median((pair) => pair.product.started),
      observed: median((pair) => pair.product.observed),
      running: median((pair) => pair.product.running),
    },
    byHandParts: {
      "qemu-img create": median((pair) => pair.byHand.create),
      "virsh define": median((pair) => pair.byHand.define),
      "virsh start": median((pair) => pair.byHand.start),
    },
    startedToRunning: { p50: quantile(seen, 0.5), max: Math.max(...seen) },
  };
}

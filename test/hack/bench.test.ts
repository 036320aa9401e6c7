import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bootFigures, type Pair } from "../../hack/bench-programs/boot-figures.ts";
import { cliFigure } from "../../hack/bench-programs/cli-figures.ts";
import { fleetFigure, perHostMiB } from "../../hack/bench-programs/fleet-figures.ts";
import { quantile, spread } from "../../hack/bench-programs/quantile.ts";

const bench = join(import.meta.dirname, "../../hack/bench");

const ended = (...words: string[]): Promise<{ status: unknown; stdout: string }> =>
  new Promise((resolve) => {
    execFile(bench, words, (error, stdout) => resolve({ status: error?.code ?? 0, stdout }));
  });

function pair(product: number, byHand: number): Pair {
  const times = { committed: 3, assigned: 10, steps: { start: 50 }, defined: 45, observed: product - 5 };
  return {
    product: { ...times, started: product - 20, running: product },
    byHand: { create: 15, define: 30, start: byHand - 45, all: byHand },
  };
}

describe("hack/bench", () => {
  it("takes the nearest rank, never a value between two", () => {
    const values = [9, 1, 5, 3];
    expect([0, 0.25, 0.5, 0.75, 0.95, 1].map((share) => quantile(values, share))).toEqual([1, 1, 3, 5, 9, 9]);
    expect(spread([7])).toEqual({ p50: 7, p95: 7 });
    expect(quantile([], 0.5)).toBeNaN();
  });

  it("divides medians, and tells the median of the pairs' ratios beside", () => {
    const figures = bootFigures([pair(400, 200), pair(300, 300), pair(500, 400)]);
    expect(figures.product.p50).toBe(400);
    expect(figures.byHand.p50).toBe(300);
    expect(figures.ratio.p50).toBeCloseTo(4 / 3);
    expect(figures.ratio.pairs).toBe(1.25);
    expect(figures.startedToRunning).toEqual({ p50: 20, max: 20 });
    expect(figures.way["step start"]).toBe(50);
  });

  it("tells the least, the median and the worst of whole processes, and the ratio of medians", () => {
    const pairs = { what: "--help", beside: "node -e 0", goalMs: 150, ours: [90, 80, 200], theirs: [50, 40, 60] };
    expect(cliFigure({ ...pairs, maxRssMiB: 46, processorMs: 80 })).toEqual({
      ...{ what: "--help", beside: "node -e 0", goalMs: 150, maxRssMiB: 46, processorMs: 80, ratio: 1.8 },
      ...{ ours: { min: 80, p50: 90, p95: 200 }, theirs: { min: 40, p50: 50, p95: 60 } },
    });
  });

  it("divides processor time by the time at rest, and the fleets' memory by their hosts", () => {
    const snapshot = (pssMiB: number, cpuSeconds: number) => ({
      etcd: { pssMiB: 40, cpuSeconds },
      fleet: { pssMiB, cpuSeconds: 2 * cpuSeconds },
    });
    const run = (hosts: number, pssMiB: number) => ({
      ...{ hosts, instances: 0, registeredMs: 900, heldSeconds: 20 },
      ...{ begin: snapshot(1, 3), end: snapshot(pssMiB, 5), heartbeats: { acknowledged: 9, late: 0, worstMs: 8 } },
    });
    const [large, small] = [fleetFigure(run(1_000, 528)), fleetFigure(run(64, 60))];
    expect(small.pssMiB).toEqual({ etcd: 40, fleet: 60, all: 100 });
    expect(small.cpuShare).toEqual({ etcd: 0.1, fleet: 0.2, all: expect.closeTo(0.3) });
    expect(perHostMiB([large, small])).toBeCloseTo(0.5);
    expect(perHostMiB([small])).toBeUndefined();
  });

  it("says how it is used, and is wrong without a word that it knows", async () => {
    expect(await ended("--help")).toMatchObject({ status: 0, stdout: expect.stringContaining("hack/bench boot") });
    expect(await ended("speed")).toMatchObject({ status: 2, stdout: expect.stringContaining("hack/bench boot") });
  });
});

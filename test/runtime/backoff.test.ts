import { describe, expect, it } from "vitest";
import { Backoff } from "../../runtime/backoff.ts";

describe("back-off", () => {
  const steady = () => new Backoff({ baseMs: 100, maxMs: 1000, random: () => 0 });

  it("doubles from base to max, for each key on its own", () => {
    const backoff = steady();
    expect(Array.from({ length: 6 }, () => backoff.next("a"))).toEqual([100, 200, 400, 800, 1000, 1000]);
    expect([backoff.next("b"), backoff.failures("a"), backoff.failures("b")]).toEqual([100, 6, 1]);
  });

  it("starts again once forgotten", () => {
    const backoff = steady();
    backoff.next("a");
    backoff.next("a");
    backoff.forget("a");
    expect([backoff.failures("a"), backoff.next("a")]).toEqual([0, 100]);
  });

  it("leaves at most the jittered part to chance", () => {
    const backoff = new Backoff({ baseMs: 100, maxMs: 1000, jitter: 0.5, random: () => 0.999 });
    const delay = backoff.next("a");
    expect(delay).toBeGreaterThanOrEqual(50);
    expect(delay).toBeLessThan(51);
  });

  it("stays at max for ever, without overflow", () => {
    const backoff = steady();
    for (let failures = 0; failures < 2000; failures++) backoff.next("a");
    expect(backoff.next("a")).toBe(1000);
  });
});

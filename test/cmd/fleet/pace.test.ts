import { expect, it } from "vitest";
import { Pace } from "../../../cmd/fleet/pace.ts";
import { FakeClock } from "../../support/fake-clock.ts";

/** Beside a pace, when each of those who waited for it went on. */
function paced() {
  const clock = new FakeClock();
  const pace = new Pace({ clock, lateMs: 5_000 });
  const wentOn: number[] = [];
  const { signal } = new AbortController();
  const wait = () => void pace.quiet(signal).then(() => wentOn.push(clock.monotonic()));
  return { clock, pace, wentOn, wait };
}

it("holds nobody back while heartbeats are quick", async () => {
  const { clock, pace, wentOn, wait } = paced();
  wait();
  pace.beat(1_000);
  wait();
  await clock.advance(0);
  expect(wentOn).toEqual([0, 0]);
  expect(clock.waiting).toBe(0);
});

it("holds everybody back until none was slow for a second", async () => {
  const { clock, pace, wentOn, wait } = paced();
  pace.beat(1_001);
  wait();
  await clock.advance(700);
  pace.beat(4_000);
  pace.beat(10);
  wait();
  await clock.advance(999);
  expect(wentOn).toEqual([]);
  await clock.advance(1);
  expect(wentOn).toEqual([1_700, 1_700]);
  wait();
  await clock.advance(0);
  expect(wentOn).toHaveLength(3);
});

it("lets each go on after a while where it is never quiet", async () => {
  const { clock, pace, wentOn, wait } = paced();
  pace.beat(9_000);
  wait();
  for (let at = 0; at < 6_000; at += 500) {
    await clock.advance(500);
    pace.beat(9_000);
  }
  expect(wentOn).toEqual([5_000]);
});

it("ends waiting with its signal", async () => {
  const { clock, pace } = paced();
  const stop = new AbortController();
  pace.beat(9_000);
  const waiting = pace.quiet(stop.signal);
  stop.abort(new Error("told to end"));
  await expect(waiting).rejects.toThrow("told to end");
  expect(clock.waiting).toBe(0);
});

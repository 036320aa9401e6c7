import { afterEach, beforeEach, expect, it } from "vitest";
import { TimerTracker } from "./timer-tracker.ts";

/** More than the tracker keeps before it looks for those that are over. */
const MANY = 2_000;

let tracker: TimerTracker;
const open: NodeJS.Timeout[] = [];
beforeEach(() => {
  tracker = new TimerTracker();
  tracker.install();
});
afterEach(() => {
  tracker.uninstall();
  for (const timer of open.splice(0)) clearTimeout(timer);
});

it("tells where a timer was made that is still there, among many that are over", () => {
  open.push(setTimeout(() => {}, 60_000));
  for (let count = 0; count < MANY; count++) clearTimeout(setTimeout(() => {}, 60_000));
  open.push(setInterval(() => {}, 60_000));
  expect(tracker.pending()).toEqual([
    expect.stringMatching(/^setTimeout at .*timers-left\.test\.ts:19:/),
    expect.stringMatching(/^setInterval at .*timers-left\.test\.ts:21:/),
  ]);
});

it("says nothing of timers that are over or keep no process alive", () => {
  clearTimeout(setTimeout(() => {}, 60_000));
  open.push(setTimeout(() => {}, 60_000).unref());
  expect(tracker.pending()).toEqual([]);
});

import { expect, it } from "vitest";
import { firstBeat, nextBeat } from "../../runtime/next-beat.ts";

it("begins at the phase, at a moment that others of the same period share, and never in the past", () => {
  expect(firstBeat(5_000, 0.25, 0)).toBe(1_200);
  expect(firstBeat(5_000, 0.25, 149)).toBe(1_300);
  expect(firstBeat(5_000, 0, 149)).toBe(149);
  expect(firstBeat(5_000, 1, 149)).toBe(5_100);
  const dues = Array.from({ length: 1_000 }, (_, index) => firstBeat(5_000, index / 1_000, 7));
  expect(new Set(dues.map((due) => nextBeat(due, 5_000, due) % 5_000)).size).toBeLessThanOrEqual(51);
});

it("keeps the rhythm, and leaves out what passed meanwhile", () => {
  expect(nextBeat(100, 50, 100)).toBe(150);
  expect(nextBeat(100, 50, 149)).toBe(150);
  expect(nextBeat(100, 50, 150)).toBe(200);
  expect(nextBeat(100, 50, 1_020)).toBe(1_050);
  expect(nextBeat(100, 50, 90)).toBe(150);
});

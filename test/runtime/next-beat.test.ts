import { expect, it } from "vitest";
import { nextBeat } from "../../runtime/next-beat.ts";

it("keeps the rhythm, and leaves out what passed meanwhile", () => {
  expect(nextBeat(100, 50, 100)).toBe(150);
  expect(nextBeat(100, 50, 149)).toBe(150);
  expect(nextBeat(100, 50, 150)).toBe(200);
  expect(nextBeat(100, 50, 1_020)).toBe(1_050);
  expect(nextBeat(100, 50, 90)).toBe(150);
});

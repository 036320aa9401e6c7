import { describe, expect, it } from "vitest";
import { formatDuration, parseDuration } from "../../../cmd/config/duration.ts";

describe("durations", () => {
  it.each([
    ["90s", 90_000],
    ["1m30s", 90_000],
    ["500ms", 500],
    ["2h", 7_200_000],
    ["1.5m", 90_000],
    ["30", 30_000],
    ["0", 0],
  ])("%s is %i ms", (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each(["", "soon", "5x", "-5s", "1m 30s", "s"])("%j is none", (text) =>
    expect(parseDuration(text)).toBeUndefined(),
  );

  it.each([0, 500, 1_000, 90_000, 3_661_001, 86_400_000])("%i ms are written as they are read", (ms) => {
    expect(parseDuration(formatDuration(ms))).toBe(ms);
  });
});

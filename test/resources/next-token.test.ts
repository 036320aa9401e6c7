import { expect, it } from "vitest";
import { nextToken } from "../../resources/next-token.ts";

const at = (time: string) => Date.parse(time);

it.each([
  ["the time, when there was none", "2030-01-01T00:00:00.000Z", undefined],
  ["the time, after an older one", "2030-01-01T00:00:00.000Z", "2029-12-31T23:59:59.999Z"],
  ["more than one of the same moment", "2030-01-01T00:00:00.000Z", "2030-01-01T00:00:00.000Z"],
  ["more than one from a clock that is ahead", "2030-01-01T00:00:00.000Z", "2031-01-01T00:00:00.000Z"],
  ["more than what somebody wrote by hand", "2030-01-01T00:00:00.000Z", "please"],
])("%s", (_sentence, now, last) => {
  expect(nextToken(at(now), last) > (last ?? "")).toBe(true);
});

it("time goes on after a moment with two", () => {
  const first = nextToken(at("2030-01-01T00:00:00.000Z"), undefined);
  const second = nextToken(at("2030-01-01T00:00:00.000Z"), first);
  expect(nextToken(at("2030-01-01T00:00:00.001Z"), second)).toBe("2030-01-01T00:00:00.001Z");
});

import { describe, expect, it } from "vitest";
import { countsOf, filesOf, remarksOf } from "../../hack/test-report.mjs";

const test = (status: string, fullName: string, ...failureMessages: string[]) => ({
  status,
  fullName,
  failureMessages,
});
const file = (status: string, assertionResults: object[], message = "") => ({
  name: "/repository/test/a.test.ts",
  status,
  message,
  assertionResults,
});

describe("what a report says at the end", () => {
  it("names what failed and what was skipped, each with its first line", () => {
    const mixed = file("failed", [
      test("passed", "a"),
      test("failed", "b", "expected 1\n  at x"),
      test("pending", "c"),
    ]);
    expect(remarksOf(mixed, "/repository")).toEqual([
      "failed: test/a.test.ts: b: expected 1",
      "skipped: test/a.test.ts: c: ",
    ]);
    expect(countsOf([mixed])).toEqual({ passed: 1, failed: 1, skipped: 1 });
  });

  it("counts a file that failed outside its tests", () => {
    const broken = file(
      "failed",
      [test("passed", "a"), test("skipped", "b")],
      "this test file leaves behind:\n 1 × Timeout",
    );
    expect(remarksOf(broken, "/repository")[0]).toBe("failed: test/a.test.ts: this test file leaves behind:");
    expect(countsOf([broken])).toEqual({ passed: 1, failed: 1, skipped: 1 });
  });

  it("is empty when vitest died before it wrote one", () => {
    expect(filesOf("/nonexistent/report.json")).toEqual([]);
    expect(countsOf([])).toEqual({ passed: 0, failed: 0, skipped: 0 });
  });
});

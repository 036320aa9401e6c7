import { describe, expect, it } from "vitest";
import { formatSelector, isSelected, type LabelSelector } from "../../resources/label-selector.ts";
import { type Taint, type Toleration, tolerates } from "../../resources/taint.ts";

describe("a label selector", () => {
  const one = (
    key: string,
    operator: "In" | "NotIn" | "Exists" | "DoesNotExist",
    values?: string[],
  ): LabelSelector => ({
    matchExpressions: [{ key, operator, ...(values && { values }) }],
  });
  it.each<readonly [string, LabelSelector, boolean]>([
    ["every instance", {}, true],
    ["app=web", { matchLabels: { app: "web" } }, true],
    ["app=db", { matchLabels: { app: "db" } }, false],
    ["toString=x", { matchLabels: { toString: "x" } as unknown as Record<string, string> }, false],
    ["app in (db,web)", one("app", "In", ["db", "web"]), true],
    ["zone in (a)", one("zone", "In", ["a"]), false],
    ["app notin (web)", one("app", "NotIn", ["web"]), false],
    ["zone notin (a)", one("zone", "NotIn", ["a"]), true],
    ["app", one("app", "Exists"), true],
    ["constructor", one("constructor", "Exists"), false],
    ["!app", one("app", "DoesNotExist"), false],
    ["app=web,!tier", { matchLabels: { app: "web" }, ...one("tier", "DoesNotExist") }, false],
  ])("%s", (text, selector, want) => {
    expect([formatSelector(selector), isSelected(selector, { app: "web", tier: "front" })]).toEqual([text, want]);
  });
});

describe("a toleration", () => {
  const taint: Taint = { key: "gpu", value: "a", effect: "NoSchedule" };
  it.each<readonly [Toleration, boolean]>([
    [{ operator: "Exists" }, true],
    [{ operator: "Exists", effect: "PreferNoSchedule" }, false],
    [{ key: "gpu", operator: "Exists" }, true],
    [{ key: "cpu", operator: "Exists" }, false],
    [{ key: "gpu", value: "a" }, true],
    [{ key: "gpu", value: "b" }, false],
    [{ key: "gpu" }, false],
    [{ key: "gpu", value: "a", effect: "NoSchedule" }, true],
  ])("%j of gpu=a:NoSchedule", (toleration, want) => {
    expect(tolerates(toleration, taint)).toBe(want);
  });
  it("without a value is for a taint without one", () => {
    const bare: Taint = { key: "gpu", effect: "PreferNoSchedule" };
    expect([tolerates({ key: "gpu" }, bare), tolerates({ key: "gpu", value: "a" }, bare)]).toEqual([true, false]);
  });
});

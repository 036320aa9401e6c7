import { describe, expect, it } from "vitest";
import { benchDecision } from "../../hack/bench-programs/schedule/decision.ts";
import { figureOf, measuredText, type Pair, shortNumber } from "../../hack/bench-programs/schedule/figures.ts";
import { heapPair } from "../../hack/bench-programs/schedule/heap.ts";
import { partsOf, SCHEDULE_PARTS } from "../../hack/bench-programs/schedule/parts.ts";
import { scheduleSvg } from "../../hack/bench-programs/schedule/picture.ts";
import { linesOf } from "../../hack/bench-programs/schedule/print-schedule.ts";
import { closedLoop } from "../../hack/bench-programs/schedule/rate.ts";

const pair = (value: number, goal: Pair["goal"], title = "t"): Pair => ({
  ...{ title, ours: { what: "ours", value, unit: "/s" }, beside: { what: "theirs", value: 100, unit: "/s" } },
  ...(goal && { goal }),
});

const MACHINE = { processors: 2, model: "a & b", node: "20", loadBefore: 0.3, loadAfter: 1.25 };

describe("hack/bench schedule", () => {
  it("divides the raw numbers, and holds the ratio to its goal, the goal itself included", () => {
    expect(figureOf(pair(40, { atLeast: 0.4 }))).toMatchObject({ ratio: 0.4, met: true });
    expect(figureOf(pair(39, { atLeast: 0.4 })).met).toBe(false);
    expect(figureOf(pair(300, { atMost: 3 })).met).toBe(true);
    expect(figureOf(pair(301, { atMost: 3 })).met).toBe(false);
    expect(figureOf(pair(301, undefined))).not.toHaveProperty("met");
  });

  it("tells three digits, and both raw numbers with the ratio", () => {
    expect([0.08454, 9.224, 123.4, 12_345.6].map(shortNumber)).toEqual(["0.0845", "9.22", "123", "12346"]);
    expect(measuredText({ what: "", value: 12.34, unit: "ms" })).toBe("12.3 ms");
    const text = linesOf(figureOf({ ...pair(39, { atLeast: 0.4 }), notes: ["a note"] })).join("\n");
    for (const words of ["ratio 0.39 (goal: at least 0.4: MISSED)", "39/s  ours", "100/s  theirs", "a note"])
      expect(text).toContain(words);
    expect(linesOf(figureOf(pair(39, undefined))).join("\n")).not.toContain("goal");
  });

  it("draws each figure with a goal, as long as it is of its goal and no longer than there is room", () => {
    const figures = [
      figureOf(pair(20, { atLeast: 0.4 }, "half <way>")),
      figureOf(pair(900_000, { atMost: 3 }, "far over")),
      figureOf(pair(1, undefined, "no goal")),
    ];
    const svg = scheduleSvg(MACHINE, figures);
    const widths = [...svg.matchAll(/width="(\d+)" height="18" fill="(#\w+)"/g)].map(([, width]) => Number(width));
    expect(widths).toEqual([140, 560]);
    expect(svg).toContain("half &lt;way&gt;");
    expect(svg).toContain("a &amp; b");
    expect(svg).toContain("load 0.3 before, 1.3 after");
    expect(svg).not.toContain("no goal");
  });

  it("takes what the instances added, of the heap and of the JSON", () => {
    const [before, after] = [
      { heap: 1_000, json: 100 },
      { heap: 9_000, json: 2_100 },
    ];
    expect(figureOf(heapPair(before, after, 10))).toMatchObject({
      ...{ ours: { value: 800 }, beside: { value: 200 }, ratio: 4, met: true },
    });
  });

  it("measures the parts that are named, all without a word, and none that it does not know", () => {
    expect(partsOf(undefined)).toEqual(SCHEDULE_PARTS);
    expect(partsOf("heap,bind")).toEqual(["heap", "bind"]);
    expect(() => partsOf("bind,speed")).toThrow("--only speed: not one of bind, placement");
  });

  it("counts the turns of all workers, at least one each", async () => {
    let turns = 0;
    const rate = await closedLoop(3, 0, async () => void turns++);
    expect(turns).toBe(3);
    expect(rate).toBeGreaterThan(0);
  });

  it("decides in a cluster made of nothing but memory", async () => {
    const { ours, beside } = await benchDecision(200, 5);
    expect(ours).toMatchObject({ what: "at 200 hosts, median of 5", unit: "us" });
    expect(beside.what).toBe("at 100 hosts");
    expect(Math.min(ours.value, beside.value)).toBeGreaterThan(0);
  });
});

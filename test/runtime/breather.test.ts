import { describe, expect, it } from "vitest";
import { Backoff } from "../../runtime/backoff.ts";
import { startBatchController } from "../../runtime/batch-controller.ts";
import { Breather } from "../../runtime/breather.ts";
import { systemClock } from "../../runtime/clock.ts";
import { startController } from "../../runtime/controller.ts";
import { silentLog } from "../../runtime/log.ts";
import { done } from "../../runtime/result.ts";

const COMMON = {
  ...{ name: "busy", clock: systemClock, log: silentLog },
  backoff: new Backoff({ baseMs: 1, maxMs: 1, random: () => 0 }),
};
const KEYS = Array.from({ length: 1_000 }, (_, n) => `key-${n}`);

describe("a breather", () => {
  it("lets so many steps go on, then has all of them wait for one turn", async () => {
    const breather = new Breather(3);
    expect([breather.step(), breather.step()]).toEqual([undefined, undefined]);
    const turn = breather.step();
    expect(turn).toBeInstanceOf(Promise);
    expect(breather.step()).toBe(turn);
    await turn;
    expect([breather.step(), breather.step()]).toEqual([undefined, undefined]);
    await breather.step();
  });

  it.each(["one by one", "in batches"])("of passes %s that wait for nothing, lets others be heard", async (how) => {
    let passes = 0;
    const heard: number[] = [];
    const reconcile = async () => {
      passes += 1;
      return done();
    };
    const reconcileBatch = async (keys: readonly string[]) => {
      passes += keys.length;
      return new Map();
    };
    const controller =
      how === "one by one"
        ? startController({ ...COMMON, concurrency: 4, reconcile })
        : startBatchController({
            ...{ ...COMMON, maxBatch: 10, priorityOf: () => 0 },
            reconcileBatch,
          });
    for (const key of KEYS) controller.enqueue(key);
    const listen = () => {
      heard.push(passes);
      if (passes < KEYS.length) setImmediate(listen);
    };
    setImmediate(listen);
    await controller.idle();
    await controller.stop();
    expect(passes).toBe(KEYS.length);
    expect(heard.filter((count) => count < KEYS.length).length).toBeGreaterThan(20);
  });
});

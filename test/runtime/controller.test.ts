import { describe, expect, it } from "vitest";
import { Backoff } from "../../runtime/backoff.ts";
import { type Reconcile, startController } from "../../runtime/controller.ts";
import { createLog } from "../../runtime/create-log.ts";
import { TerminalError, TransientError } from "../../runtime/errors.ts";
import { createMetrics } from "../../runtime/metrics.ts";
import { done, requeueAfter } from "../../runtime/result.ts";
import { FakeClock } from "../support/fake-clock.ts";

interface Line {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

function start(reconcile: Reconcile, concurrency = 1) {
  const clock = new FakeClock();
  const lines: Line[] = [];
  const metrics = createMetrics();
  const controller = startController({
    name: "sample",
    reconcile,
    clock,
    log: createLog({ level: "debug", write: (line) => lines.push(JSON.parse(line) as Line) }),
    concurrency,
    backoff: new Backoff({ baseMs: 100, maxMs: 1000, random: () => 0 }),
    metrics,
  });
  return { clock, controller, lines, metrics };
}

/** A reconciler that plays its script once, then is done. */
function scripted(...steps: (() => ReturnType<Reconcile>)[]) {
  let passes = 0;
  const reconcile: Reconcile = () => (steps[passes++] ?? (() => Promise.resolve(done())))();
  return { reconcile, passes: () => passes };
}

function gate() {
  let resolve = () => {};
  const promise = new Promise<void>((opened) => {
    resolve = opened;
  });
  return { promise, resolve };
}

describe("the fate of a key", () => {
  it("comes no more for what its pass has covered, once more for what was told after", async () => {
    let passes = 0;
    const told = { before: 0, after: 0 };
    const { controller } = start(async (key, { covered }) => {
      passes++;
      if (told.before-- > 0) controller.enqueue(key);
      covered();
      if (told.after-- > 0) controller.enqueue(key);
      return done();
    });
    told.before = 1;
    controller.enqueue("a");
    await controller.idle();
    expect(passes).toBe(1);
    told.after = 1;
    controller.enqueue("a");
    await controller.idle();
    expect(passes).toBe(3);
    await controller.stop();
  });

  it("done: nothing more happens", async () => {
    const script = scripted();
    const { clock, controller } = start(script.reconcile);
    controller.enqueue("a");
    await controller.idle();
    expect([script.passes(), clock.waiting]).toEqual([1, 0]);
    await controller.stop();
  });

  it("requeueAfter: comes again after that time", async () => {
    const script = scripted(() => Promise.resolve(requeueAfter(5000, "guest is shutting down")));
    const { clock, controller } = start(script.reconcile);
    controller.enqueue("a");
    await controller.idle();
    await clock.advance(4999);
    expect(script.passes()).toBe(1);
    await clock.advance(1);
    await controller.idle();
    expect(script.passes()).toBe(2);
    await controller.stop();
  });

  it("terminal: dropped until somebody enqueues it again, said once", async () => {
    const script = scripted(() => Promise.reject(new TerminalError("Invalid", "no such trait")));
    const { clock, controller, lines } = start(script.reconcile);
    controller.enqueue("a");
    await controller.idle();
    await clock.advance(1_000_000);
    expect(script.passes()).toBe(1);
    expect(lines.filter((line) => line.level !== "debug").map((line) => line.message)).toEqual([
      "giving up until the object changes",
    ]);
    controller.enqueue("a");
    await controller.idle();
    expect(script.passes()).toBe(2);
    await controller.stop();
  });

  it("transient: retried with back-off, quietly until it lasts, forgotten on success", async () => {
    const busy = () => Promise.reject(new TransientError("Unavailable", "etcd is away"));
    const script = scripted(busy, busy, busy, busy, busy, () => Promise.resolve(done()), busy);
    const { clock, controller, lines } = start(script.reconcile);
    controller.enqueue("a");
    for (const ms of [100, 200, 400, 800]) {
      await controller.idle();
      expect(lines.filter((line) => line.level !== "debug")).toEqual([]);
      await clock.advance(ms);
    }
    await clock.advance(1000);
    await controller.idle();
    expect([script.passes(), lines.filter((line) => line.level === "warn").length]).toEqual([6, 1]);
    controller.enqueue("a");
    await controller.idle();
    await clock.advance(100);
    expect(script.passes()).toBe(8);
    await controller.stop();
  });

  it("anything else thrown, synchronously too, is a loud failure that is retried", async () => {
    const script = scripted(() => {
      throw new TypeError("cannot read properties of undefined");
    });
    const { clock, controller, lines } = start(script.reconcile);
    controller.enqueue("a");
    await controller.idle();
    expect(lines.find((line) => line.level === "error")).toMatchObject({
      message: "reconcile failed",
      controller: "sample",
      key: "a",
      reconcileId: 1,
      retryInMs: 100,
      error: { type: "TypeError", message: "cannot read properties of undefined" },
    });
    await clock.advance(100);
    await controller.idle();
    expect(script.passes()).toBe(2);
    await controller.stop();
  });
});

describe("the loop", () => {
  it("runs at most `concurrency` passes, never two of one key", async () => {
    let running = 0;
    let most = 0;
    const keys = new Set<string>();
    const { controller } = start(async (key) => {
      expect(keys).not.toContain(key);
      keys.add(key);
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      keys.delete(key);
      running--;
      return done();
    }, 3);
    for (let round = 0; round < 100; round++) controller.enqueue(`key-${round % 7}`);
    await controller.idle();
    expect(most).toBe(3);
    await controller.stop();
  });

  it("stop aborts the signal, waits for the pass in flight, starts no other, and logs no error", async () => {
    const entered = gate();
    const leave = gate();
    let passes = 0;
    const { controller, lines } = start(async (_key, { signal }) => {
      passes++;
      entered.resolve();
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      await leave.promise;
      throw signal.reason;
    });
    controller.enqueue("a");
    controller.enqueue("b");
    await entered.promise;
    let stopped = false;
    const stop = controller.stop().then(() => {
      stopped = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(stopped).toBe(false);
    leave.resolve();
    await stop;
    await controller.stop();
    expect([passes, lines.filter((line) => line.level !== "debug").length]).toEqual([1, 0]);
  });

  it("leaves no timer behind after stop", async () => {
    const { clock, controller } = start(() => Promise.resolve(requeueAfter(1000, "poll")));
    controller.enqueue("a");
    controller.enqueueAfter("b", 500);
    await controller.idle();
    expect(clock.waiting).toBe(2);
    await controller.stop();
    expect(clock.waiting).toBe(0);
  });

  it("counts passes by outcome", async () => {
    const script = scripted(() => Promise.reject(new TransientError("Busy", "busy")));
    const { controller, metrics } = start(script.reconcile);
    controller.enqueue("a");
    controller.enqueue("b");
    await controller.idle();
    await controller.stop();
    const text = await metrics.text();
    expect(text).toContain('vmctl_reconcile_total{controller="sample",outcome="transient"} 1');
    expect(text).toContain('vmctl_reconcile_total{controller="sample",outcome="done"} 1');
    expect(text).toContain('vmctl_reconcile_seconds_count{controller="sample"} 2');
  });
});

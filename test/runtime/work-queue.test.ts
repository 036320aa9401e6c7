import { describe, expect, it } from "vitest";
import { WorkQueue } from "../../runtime/work-queue.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { seededRandom, testSeed } from "../support/seed.ts";

function newQueue() {
  const clock = new FakeClock();
  return { clock, queue: new WorkQueue(clock) };
}

describe("the work queue", () => {
  it("hands keys out in the order they were first added, each once", async () => {
    const { queue } = newQueue();
    for (const key of ["b", "a", "b", "c", "a"]) queue.add(key);
    expect([await queue.take(), await queue.take(), await queue.take(), queue.length]).toEqual(["b", "a", "c", 0]);
  });

  it("gives a key that was added while processed exactly once more, and not before it is done", async () => {
    const { queue } = newQueue();
    queue.add("a");
    await queue.take();
    queue.add("a");
    queue.add("a");
    expect(queue.length).toBe(0);
    queue.done("a");
    expect(await queue.take()).toBe("a");
    queue.done("a");
    expect(queue.length).toBe(0);
  });

  it("gives a key no more for what was covered, again for what came after, and leaves the others alone", async () => {
    const { queue } = newQueue();
    for (const key of ["a", "b", "c"]) queue.add(key);
    await queue.take();
    await queue.take();
    queue.add("a");
    queue.add("b");
    for (const key of ["a", "b", "c", "d"]) queue.covered(key);
    queue.add("b");
    queue.done("a");
    queue.done("b");
    expect([await queue.take(), await queue.take(), queue.length]).toEqual(["c", "b", 0]);
  });

  it("wakes a waiting taker, first come first served", async () => {
    const { queue } = newQueue();
    const takers = [queue.take(), queue.take()];
    queue.add("a");
    queue.add("b");
    expect(await Promise.all(takers)).toEqual(["a", "b"]);
  });

  it("keeps the earliest of several delays", async () => {
    const { clock, queue } = newQueue();
    queue.addAfter("a", 1000);
    queue.addAfter("a", 100);
    queue.addAfter("a", 500);
    expect(clock.waiting).toBe(1);
    await clock.advance(99);
    expect(queue.length).toBe(0);
    await clock.advance(1);
    expect(await queue.take()).toBe("a");
    queue.done("a");
    await clock.advance(2000);
    expect(queue.length).toBe(0);
  });

  it("does not lose a delay to an add in between", async () => {
    const { clock, queue } = newQueue();
    queue.addAfter("a", 100);
    queue.add("a");
    queue.done((await queue.take()) ?? "");
    await clock.advance(100);
    expect(await queue.take()).toBe("a");
  });

  it("adds at once for a delay of nothing", async () => {
    const { clock, queue } = newQueue();
    queue.addAfter("a", 0);
    expect([queue.length, clock.waiting]).toEqual([1, 0]);
  });

  it("ends takers, timers and everything queued at shutdown, twice too", async () => {
    const { clock, queue } = newQueue();
    const waiting = queue.take();
    queue.addAfter("later", 10);
    queue.shutdown();
    queue.shutdown();
    queue.add("a");
    queue.addAfter("b", 1);
    expect(await waiting).toBeUndefined();
    expect(await queue.take()).toBeUndefined();
    expect([queue.length, clock.waiting]).toEqual([0, 0]);
  });

  it("is idle once nothing is in line and nothing processed, also after a shutdown", async () => {
    const { queue } = newQueue();
    await queue.idle();
    queue.add("a");
    await queue.take();
    let idle = false;
    const told = queue.idle().then(() => {
      idle = true;
    });
    queue.add("a");
    queue.shutdown();
    await Promise.resolve();
    expect(idle).toBe(false);
    queue.done("a");
    await told;
  });

  it("ignores done for a key it did not hand out", async () => {
    const { queue } = newQueue();
    queue.add("a");
    queue.done("a");
    expect(await queue.take()).toBe("a");
  });
});

/** What the queue owes, kept the simple way. */
class Model {
  readonly #clock: FakeClock;
  readonly processing = new Set<string>();
  readonly wanted = new Set<string>();
  readonly #due = new Map<string, number>();

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  add(key: string, ms: number): void {
    const at = this.#clock.monotonic() + ms;
    if (ms === 0) this.wanted.add(key);
    else this.#due.set(key, Math.min(at, this.#due.get(key) ?? at));
  }

  timePassed(): void {
    for (const [key, at] of this.#due) {
      if (at > this.#clock.monotonic()) continue;
      this.#due.delete(key);
      this.wanted.add(key);
    }
  }

  get inLine(): number {
    return [...this.wanted].filter((key) => !this.processing.has(key)).length;
  }

  taken(key: string): void {
    expect(this.processing, "one pass of a key at a time").not.toContain(key);
    expect(this.wanted, "only what was asked for").toContain(key);
    this.wanted.delete(key);
    this.processing.add(key);
  }
}

describe("the work queue under random use", () => {
  const seed = testSeed();

  it.each(Array.from({ length: 50 }, (_, index) => seed + index))("keeps its promises (seed %i)", async (each) => {
    const random = seededRandom(each);
    const below = (limit: number) => Math.floor(random() * limit);
    const { clock, queue } = newQueue();
    const model = new Model(clock);
    const add = (key: string, ms: number) => {
      model.add(key, ms);
      if (ms === 0 && random() < 0.5) queue.add(key);
      else queue.addAfter(key, ms);
    };
    const take = async () => {
      if (queue.length > 0) model.taken((await queue.take()) ?? "nothing");
    };
    const finish = () => {
      const key = [...model.processing][below(model.processing.size)];
      if (key === undefined) return;
      model.processing.delete(key);
      queue.done(key);
    };
    const steps: (() => void | Promise<void>)[] = [
      () => add(`key-${below(8)}`, 0),
      () => add(`key-${below(8)}`, below(50)),
      take,
      finish,
      () => clock.advance(below(20)).then(() => model.timePassed()),
    ];
    const step = async (choose: (() => void | Promise<void>) | undefined) => {
      await choose?.();
      expect(queue.length, "in line is exactly what is wanted and not being processed").toBe(model.inLine);
    };
    for (let count = 0; count < 400; count++) await step(steps[below(steps.length)]);
    await step(() => clock.advance(100).then(() => model.timePassed()));
    while (queue.length > 0 || model.processing.size > 0) await step(queue.length > 0 ? take : finish);
    expect([...model.wanted], "every add was followed by a pass").toEqual([]);
    expect(clock.waiting).toBe(0);
    await queue.idle();
  });
});

import { setImmediate } from "node:timers/promises";
import { expect, it } from "vitest";
import { sideBySide } from "../../hack/side-by-side.mjs";

/** Runs steps under control of the test: what has begun, ends when told to, and is told of. */
class Stage {
  readonly begun: string[] = [];
  readonly shown: string[] = [];
  readonly told: string[] = [];
  readonly #ends = new Map<string, () => void>();
  readonly done: Promise<void>;

  constructor(weights: Readonly<Record<string, number>>, capacity: number) {
    const steps = Object.entries(weights).map(([name, weight]) => ({ name, weight }));
    this.done = sideBySide(steps, capacity, async ({ name }, show) => {
      this.begun.push(name);
      if (show) this.shown.push(name);
      await new Promise<void>((resolve) => this.#ends.set(name, resolve));
      return () => this.told.push(name);
    });
  }

  async end(name: string): Promise<void> {
    this.#ends.get(name)?.();
    await setImmediate();
  }
}

it("starts in order what fits, and the next as soon as there is room", async () => {
  const stage = new Stage({ a: 2, b: 3, c: 2, d: 1 }, 5);
  await setImmediate();
  expect(stage.begun).toEqual(["a", "b"]);
  await stage.end("a");
  expect(stage.begun).toEqual(["a", "b", "c"]);
  await stage.end("b");
  expect(stage.begun).toEqual(["a", "b", "c", "d"]);
  await stage.end("c");
  await stage.end("d");
  await stage.done;
});

it("runs alone what is heavier than all there is", async () => {
  const stage = new Stage({ a: 1, b: 9, c: 1 }, 5);
  await stage.end("a");
  expect(stage.begun).toEqual(["a", "b"]);
  await stage.end("b");
  expect(stage.begun).toEqual(["a", "b", "c"]);
  await stage.end("c");
  await stage.done;
});

it("lets one speak at a time, and tells of the others when it is through", async () => {
  const stage = new Stage({ a: 2, b: 2, c: 2 }, 4);
  await stage.end("b");
  expect(stage.told).toEqual([]);
  await stage.end("a");
  expect(stage.told).toEqual(["a", "b"]);
  expect(stage.shown).toEqual(["a"]);
  await stage.end("c");
  await stage.done;
  expect(stage.told).toEqual(["a", "b", "c"]);
});

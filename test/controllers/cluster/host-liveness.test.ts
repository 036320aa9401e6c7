import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HostLiveness } from "../../../controllers/cluster/host-liveness.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { ALIVE } from "../support/view.ts";

let clock: FakeClock;
let flips: string[];
let liveness: HostLiveness;
beforeEach(() => {
  clock = new FakeClock();
  flips = [];
  liveness = new HostLiveness(clock, (host) => flips.push(`${host} ${liveness.isAlive(host)}`));
});
afterEach(() => liveness.stop());

const beat = (sequence: number, more: object = {}) =>
  liveness.saw("host-1", { ...ALIVE, ttlSeconds: 10, sequence, ...more });

describe("a host", () => {
  it("is alive from its first heartbeat until the key is gone", () => {
    expect(liveness.isAlive("host-1")).toBe(false);
    beat(1);
    liveness.saw("host-1", undefined);
    expect(flips).toEqual(["host-1 true", "host-1 false"]);
  });

  it("is no news while it beats", async () => {
    for (let sequence = 1; sequence <= 20; sequence++) {
      beat(sequence);
      await clock.advance(5_000);
    }
    expect(flips).toEqual(["host-1 true"]);
  });

  it("is silent when its sequence stands still for twice its TTL, though the key is written again", async () => {
    beat(1);
    await clock.advance(19_000);
    beat(1);
    await clock.advance(900);
    expect(liveness.isAlive("host-1")).toBe(true);
    await clock.advance(200);
    expect(flips).toEqual(["host-1 true", "host-1 false"]);
    beat(2);
    expect(liveness.isAlive("host-1")).toBe(true);
  });

  it("that started again begins a new count at any number", async () => {
    beat(7);
    await clock.advance(15_000);
    beat(7, { startToken: "other" });
    await clock.advance(15_000);
    expect(flips).toEqual(["host-1 true"]);
  });

  it("leaves no timer behind", () => {
    beat(1);
    liveness.saw("host-1", undefined);
    beat(2);
    liveness.stop();
    expect(clock.waiting).toBe(0);
  });
});

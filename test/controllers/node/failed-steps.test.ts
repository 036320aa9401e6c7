import { beforeEach, describe, expect, it } from "vitest";
import { FailedSteps } from "../../../controllers/node/failed-steps.ts";
import { FakeClock } from "../../support/fake-clock.ts";

const UID = "6b1f0c9e-8f0e-4c57-9d8b-0d3c5d4a7f11";
const FETCH = { step: "fetchImage", revision: 7 } as const;
const problem = (reason: string, terminal = false) => ({ reason, message: "m", terminal });

let clock: FakeClock;
let steps: FailedSteps;
beforeEach(() => {
  clock = new FakeClock();
  steps = new FailedSteps(clock);
});

describe("a step that failed", () => {
  const waits = (count: number, what: ReturnType<typeof problem>) =>
    Array.from({ length: count }, () => steps.failed(UID, { ...FETCH, problem: what }).recheckMs);

  it.each([
    ["waits 5 s, doubling to 5 min", problem("ImageUnreachable"), [5, 10, 20, 40, 80, 160, 300, 300]],
    ["waits ten minutes when only another assignment can mend it", problem("ChecksumMismatch", true), [600, 600]],
    ["is looked at again when the host may mend it", problem("NameTaken", true), [5, 10, 20]],
    ["does not wait longer for a libvirt that tells when it is back", problem("LibvirtUnreachable"), [5, 5, 5]],
  ])("%s", (_sentence, what, seconds) => {
    expect(waits(seconds.length, what)).toEqual(seconds.map((each) => each * 1000));
  });

  it("starts anew with another reason", () => {
    waits(3, problem("ImageUnreachable"));
    expect(waits(1, problem("ImageTruncated"))).toEqual([5_000]);
  });

  it("is not taken before its time, with the problem in sight, and is then", async () => {
    const failedAt = clock.now();
    steps.failed(UID, { ...FETCH, problem: problem("ChecksumMismatch", true) });
    await clock.advance(599_000);
    expect(steps.rest(UID, FETCH)).toEqual({
      do: "nothing",
      problem: problem("ChecksumMismatch", true),
      failed: "fetchImage",
      recheckMs: 1_000,
      retryAt: new Date(failedAt + 600_000).toISOString(),
    });
    await clock.advance(1_000);
    expect(steps.rest(UID, FETCH)).toBeUndefined();
  });

  it("is taken at once when what it waited for came, and waits on for longer if that did not help", () => {
    const missing = { ...FETCH, problem: problem("NetworkNotFound") };
    steps.failed(UID, missing);
    steps.failed("another", { ...FETCH, problem: problem("ImageNotFound") });
    expect(steps.due(new Set(["NetworkNotFound"]))).toEqual([UID]);
    expect(steps.rest(UID, FETCH)).toBeUndefined();
    expect(steps.rest("another", FETCH)).toBeDefined();
    expect(steps.failed(UID, missing).recheckMs).toBe(10_000);
  });

  it.each([
    ["another assignment", { step: "fetchImage", revision: 8 }],
    ["another step", { step: "remove", revision: 7 }],
  ] as const)("holds nothing else back: %s", (_what, wanted) => {
    steps.failed(UID, { ...FETCH, problem: problem("ChecksumMismatch", true) });
    expect(steps.rest(UID, wanted)).toBeUndefined();
    expect(steps.rest("another", FETCH)).toBeUndefined();
  });
});

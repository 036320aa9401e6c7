import { describe, expect, it } from "vitest";
import { LongSteps } from "../../../controllers/node/long-steps.ts";
import type { AssignedInstance } from "../../../resources/assignment.ts";
import { anAssignment, UID } from "../support/facts.ts";

const now = anAssignment();
const { machine } = now;
const withImage = (image: Partial<AssignedInstance["machine"]["image"]>): AssignedInstance => ({
  ...now,
  machine: { ...machine, image: { ...machine.image, ...image } },
});

/** Whether a download for `now` is ended when the assignment becomes another. */
async function isEnded(by: AssignedInstance | undefined): Promise<boolean> {
  const steps = new LongSteps();
  const { signal } = new AbortController();
  let ended = false;
  await steps.run({ assigned: now, step: { do: "fetchImage" }, signal }, async (either) => {
    steps.assignmentChanged(UID, by);
    ended = either.aborted;
  });
  return ended;
}

describe("a long step", () => {
  it.each([
    ["its assignment vanished", undefined],
    ["the instance is to go", anAssignment({ desired: "Absent" })],
    ["the image comes from elsewhere", withImage({ source: { url: "http://images/other" } })],
    ["the image must have another checksum", withImage({ checksum: `sha256:${"2".repeat(64)}` })],
    ["the checksum is to be looked up elsewhere", withImage({ checksum: { url: "http://images/SUMS" } })],
    ["the image is of another format", withImage({ format: "raw" })],
    ["the disk is of another size", { ...now, machine: { ...machine, disk: machine.disk * 2 } }],
    ["a new disk was asked for", anAssignment({ recreateToken: "2030-01-01T00:00:00Z" })],
  ])("ends when %s", async (_sentence, by) => {
    expect(await isEnded(by)).toBe(true);
  });

  it.each([
    ["the same again", { ...now }],
    ["labels or keys changed", anAssignment({ generation: 2, specRevision: 99 })],
    ["the digest became known", withImage({ digest: `sha256:${"2".repeat(64)}` })],
    ["there are more CPUs", { ...now, machine: { ...machine, vcpu: 4 } }],
  ])("goes on: %s", async (_sentence, by) => {
    expect(await isEnded(by)).toBe(false);
  });

  it.each(["fetchImage", "start"] as const)("ends with its pass, as a short one does: %s", async (step) => {
    const pass = new AbortController();
    const ended = await new Promise((resolve) => {
      void new LongSteps().run({ assigned: now, step: { do: step }, signal: pass.signal }, async (either) => {
        pass.abort();
        resolve(either.aborted);
      });
    });
    expect(ended).toBe(true);
  });

  it("is forgotten once it is done", async () => {
    const steps = new LongSteps();
    const { signal } = new AbortController();
    await steps.run({ assigned: now, step: { do: "fetchImage" }, signal }, async () => {});
    expect(() => steps.assignmentChanged(UID, undefined)).not.toThrow();
  });
});

import { expect, it } from "vitest";
import { SchedulingHistory } from "../../support/scheduling-history.ts";
import { seededRandom, testSeed } from "../../support/seed.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";

const server = sharedEtcd();

/** Longer ones belong to the nightly run. */
const STEPS = 25;

it("books, bindings and assignments agree after any history, and no bind breaks a rule", {
  timeout: 90_000,
}, async () => {
  const history = await SchedulingHistory.on(server, seededRandom(testSeed()));
  try {
    await history.run(STEPS);
    expect(history.steps).toHaveLength(STEPS);
  } catch (error) {
    throw new Error(`after ${history.steps.join(", ")}: ${String(error)}`, { cause: error });
  } finally {
    await history.stop();
  }
});

import { afterAll, beforeAll, expect, it } from "vitest";
import { EtcdServer } from "../support/etcd.ts";
import { SchedulingHistory } from "../support/scheduling-history.ts";
import { seededRandom, testSeed } from "../support/seed.ts";

let server: EtcdServer;
beforeAll(async () => {
  server = await EtcdServer.start();
});
afterAll(() => server.stop());

/** The ordinary run has short ones. */
const STEPS = 250;

it("books, bindings and assignments agree after any history, and no bind breaks a rule", async () => {
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

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PlacementServer } from "../../support/placement-server.ts";
import { testSeed } from "../../support/seed.ts";
import { compareRandomly } from "./compare.ts";
import { RealPlacement } from "./real-placement.ts";

describe("the engine beside a real Placement 8.0", () => {
  let server: PlacementServer;
  let real: RealPlacement;
  beforeAll(async () => {
    server = await PlacementServer.start();
    real = new RealPlacement(server);
  });
  afterAll(() => server.stop());

  // A difference is made small before it is told, which takes its time.
  test("gives the same answers to 200 random queries", { timeout: 180_000 }, async () => {
    const compared = await compareRandomly(real, { seed: testSeed(), worlds: 10, queriesPerWorld: 20 });
    expect(compared.queries).toBe(200);
    expect(compared.answered).toBeGreaterThan(20);
    expect(compared.failed).toBeLessThan(20);
  });
});

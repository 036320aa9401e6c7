import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compareRandomly } from "../placement/differential/compare.ts";
import { RealPlacement } from "../placement/differential/real-placement.ts";
import { PlacementServer } from "../support/placement-server.ts";
import { testSeed } from "../support/seed.ts";

describe("the engine beside a real Placement 8.0, at length", () => {
  let server: PlacementServer;
  beforeAll(async () => {
    server = await PlacementServer.start();
  });
  afterAll(() => server.stop());

  test("gives the same answers to 2,000 random queries", { timeout: 1_700_000 }, async () => {
    const real = new RealPlacement(server);
    const compared = await compareRandomly(real, { seed: testSeed(), worlds: 200, queriesPerWorld: 10 });
    console.log(JSON.stringify(compared));
    expect(compared.queries).toBe(2_000);
    expect(compared.answered).toBeGreaterThan(500);
    expect(compared.failed).toBeLessThan(100);
  });
});

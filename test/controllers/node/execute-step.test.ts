import { afterEach, beforeEach, expect, it } from "vitest";
import { executeStep } from "../../../controllers/node/execute-step.ts";
import type { NodeDeps } from "../../../controllers/node/node-deps.ts";
import { SimulatedHost } from "../../../hypervisor/simulated/simulated-host.ts";
import { SimulatedHypervisor } from "../../../hypervisor/simulated/simulated-hypervisor.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { seededRandom } from "../../support/seed.ts";
import { anAssignment, IMAGE, someTags, UID } from "../support/facts.ts";

let host: SimulatedHost;
let hypervisor: SimulatedHypervisor;
const assigned = anAssignment();

beforeEach(() => {
  host = new SimulatedHost({ clock: systemClock, hostname: "host-1", bootMs: 1, shutdownMs: 1 });
  hypervisor = new SimulatedHypervisor({ host, random: seededRandom(1) });
});
afterEach(async () => {
  await hypervisor.close();
  host.close();
});

const execute = (step: Parameters<typeof executeStep>[1]["step"], held: boolean) => {
  const deps = { hypervisor, held: () => held, view: { data: () => undefined } } as unknown as NodeDeps;
  return executeStep(deps, { assigned, step, signal: new AbortController().signal, onProgress: () => {} });
};

it("does not start with a lease that was lost after the plan was made", async () => {
  await execute({ do: "createDisk", image: IMAGE }, true);
  await execute({ do: "prepare", tags: someTags(assigned) }, true);
  await expect(execute({ do: "start" }, false)).rejects.toMatchObject({ code: "LeaseNotHeld" });
  expect((await hypervisor.inspect(UID))?.domain?.startedAt).toBeUndefined();
  await execute({ do: "start" }, true);
  expect((await hypervisor.inspect(UID))?.domain?.startedAt).toBeDefined();
});

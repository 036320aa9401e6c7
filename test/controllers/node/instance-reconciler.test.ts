import { afterEach, beforeEach, expect, it } from "vitest";
import { InstanceReconciler } from "../../../controllers/node/instance-reconciler.ts";
import type { NodeView, UnreadableAssignment } from "../../../controllers/node/node-view.ts";
import { SimulatedHost } from "../../../hypervisor/simulated/simulated-host.ts";
import { SimulatedHypervisor } from "../../../hypervisor/simulated/simulated-hypervisor.ts";
import type { ObservedInstance } from "../../../resources/observed.ts";
import { Backoff } from "../../../runtime/backoff.ts";
import { type Controller, startController } from "../../../runtime/controller.ts";
import { silentLog } from "../../../runtime/log.ts";
import type { Outcome, Store, Transaction } from "../../../store/store.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { seededRandom } from "../../support/seed.ts";
import { anAssignment, UID } from "../support/facts.ts";

const assigned = anAssignment();
let clock: FakeClock;
let host: SimulatedHost;
let hypervisor: SimulatedHypervisor;
let controller: Controller;
/** What is so on the outside, and what was asked of it. */
let world: { held: boolean; asked: number; passes: number; said: ObservedInstance[]; damaged?: UnreadableAssignment };

beforeEach(() => {
  clock = new FakeClock();
  world = { held: true, asked: 0, passes: 0, said: [] };
  host = new SimulatedHost({ clock, hostname: "host-1", bootMs: 800 });
  hypervisor = new SimulatedHypervisor({ host, random: seededRandom(1) });
  const commit = async ({ writes: [write] }: Transaction): Promise<Outcome> => {
    if (write?.op === "put") world.said.push(JSON.parse(write.value) as ObservedInstance);
    return { kind: "committed", revision: 10 + world.said.length };
  };
  const last = () => world.said.at(-1);
  const view = {
    assigned: () => (world.damaged ? undefined : { value: assigned, modRevision: 5 }),
    observed: () => last() && { value: last(), modRevision: 10 },
    unreadable: () => world.damaged,
  } as unknown as NodeView;
  const held = () => {
    world.asked++;
    return world.held;
  };
  const deps = { name: "host-1", clock, hypervisor, view, held, caughtUp: async () => {} };
  const reconciler = new InstanceReconciler({ ...deps, store: { commit } as unknown as Store });
  controller = startController({
    ...{ name: "node", clock, log: silentLog, concurrency: 1, backoff: new Backoff({ random: () => 0 }) },
    reconcile: (uid, context) => {
      world.passes++;
      return reconciler.reconcile(uid, context);
    },
  });
  hypervisor.onEvent(({ uid }) => controller.enqueue(uid));
});
afterEach(async () => {
  await controller.stop();
  await hypervisor.close();
  host.close();
});

const pass = async (): Promise<void> => {
  controller.enqueue(UID);
  await controller.idle();
};

it("brings a guest up in one pass: what its own steps are told back is covered by it", async () => {
  await pass();
  expect((await hypervisor.inspect(UID))?.domain?.state).toBe("running");
  expect([world.passes, world.said.map(({ state }) => state)]).toEqual([1, ["Building", "Running"]]);
});

it("comes again for what the guest does by itself", async () => {
  await pass();
  host.end(UID, "GuestShutdown");
  await controller.idle();
  expect(world.passes).toBeGreaterThan(1);
  expect(world.said.at(-1)).toMatchObject({ state: "Stopped", stopReason: "GuestShutdown" });
});

it("builds and starts nothing without the lease, and says so", async () => {
  world.held = false;
  await pass();
  expect(await hypervisor.inspect(UID)).toBeUndefined();
  expect(world.said).toMatchObject([{ state: "Failed", problem: { reason: "LeaseNotHeld" } }]);
  world.held = true;
  await clock.advance(1_000);
  await controller.idle();
  expect(world.said.at(-1)?.state).toBe("Running");
});

it("asks for the lease only where a start may follow", async () => {
  await pass();
  world.asked = 0;
  world.held = false;
  await pass();
  expect(world.asked).toBe(0);
  expect((await hypervisor.inspect(UID))?.domain?.state).toBe("running");
});

it("says that an assignment cannot be read also when it became so in the middle of a pass", async () => {
  hypervisor.onEvent(() => {
    world.damaged = { key: `assigned/host-1/instances/${UID}`, problem: "not JSON", text: "{", revision: 6 };
    controller.enqueue(UID);
  });
  await pass();
  expect(world.said.at(-1)).toMatchObject({ problem: { reason: "AssignmentUnreadable" } });
});

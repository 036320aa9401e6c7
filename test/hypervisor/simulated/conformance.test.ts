import { randomUUID } from "node:crypto";
import { SimulatedHost } from "../../../hypervisor/simulated/simulated-host.ts";
import { SimulatedHypervisor } from "../../../hypervisor/simulated/simulated-hypervisor.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { describeHypervisor } from "../../conformance/hypervisor.ts";
import type { HypervisorWorld } from "../../conformance/hypervisor-world.ts";
import { seededRandom } from "../../support/seed.ts";

const differences = { outlives: true, crashes: true, transient: true, bootSeconds: 0 };

describeHypervisor("simulated", differences, async (): Promise<HypervisorWorld> => {
  const host = new SimulatedHost({ clock: systemClock, bootMs: 5, shutdownMs: 5 });
  const foreignUuid = randomUUID();
  host.foreign.set(foreignUuid, {
    uuid: foreignUuid,
    name: "taken.taken",
    uses: { vcpu: 1, memory: 2 ** 29, disk: 2 ** 30 },
  });
  const open = () => new SimulatedHypervisor({ host, random: seededRandom(1) });
  let hypervisor = open();
  return {
    get hypervisor() {
      return hypervisor;
    },
    reopen: async () => {
      await hypervisor.close();
      hypervisor = open();
    },
    image: { source: { url: "http://images.invalid/tiny.qcow2" } },
    halting: { source: { url: "http://images.invalid/halting.raw" } },
    foreignUuid,
    foreigners: async () => JSON.stringify([...host.foreign.values()]),
    others: {
      guestShutdown: async (uid) => host.end(uid, "GuestShutdown"),
      destroy: async (uid) => host.end(uid, "Destroyed"),
      undefine: async (uid) => host.undefine(uid),
      crash: async (uid) => host.end(uid, "Crashed"),
    },
    stop: async () => {
      await hypervisor.close();
      host.close();
    },
  };
});

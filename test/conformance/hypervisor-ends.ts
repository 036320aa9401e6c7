import { expect, it } from "vitest";
import type { MachineEvent } from "../../hypervisor/hypervisor.ts";
import { eventually } from "../support/eventually.ts";
import type { At } from "./hypervisor.ts";
import { aMachine, build, discard, type HypervisorDifferences, type MachineExample } from "./hypervisor-world.ts";

/** How runs end, and what is told of it. */
export function describeEnds(at: At, differences: HypervisorDifferences): void {
  const patience = { deadlineMs: 5000 + differences.bootSeconds * 2000, everyMs: 50 };

  const started = async (image = at().world.halting): Promise<MachineExample> => {
    const { hypervisor } = at();
    const example = aMachine(image);
    await build(hypervisor, example);
    await hypervisor.start(example.uid);
    return example;
  };
  const booted = async (): Promise<MachineExample> => {
    const example = await started(at().world.image);
    await eventually(
      async () => expect((await at().hypervisor.addresses(example.uid)).addresses).not.toEqual([]),
      patience,
    );
    return example;
  };
  const wantEnd = async (uid: string, state: string, stopReason: string): Promise<void> => {
    await eventually(async () => {
      const seen = (await at().hypervisor.inspect(uid))?.domain;
      expect({ state: seen?.state, stopReason: seen?.stopReason }).toEqual({ state, stopReason });
    }, patience);
  };

  it("by the guest's own hand, or by ours, once it has booted and got an address", async () => {
    const { hypervisor, world } = at();
    const [theirs, ours] = await Promise.all([booted(), booted()]);
    const [nic] = ours.machine.interfaces;
    const { addresses, unknowable } = await hypervisor.addresses(ours.uid);
    expect(addresses).toContainEqual({ interface: "eth0", mac: nic?.mac, ip: expect.any(String), source: "lease" });
    expect(unknowable).toBe(false);
    await world.others.guestShutdown(theirs.uid);
    await hypervisor.requestShutdown(ours.uid);
    await wantEnd(theirs.uid, "shutoff", "GuestShutdown");
    await wantEnd(ours.uid, "shutoff", "Requested");
    await hypervisor.requestShutdown(ours.uid);
    expect(await hypervisor.addresses(ours.uid)).toEqual({ addresses: [], unknowable: false });
    for (const { uid } of [theirs, ours]) await hypervisor.remove(uid);
  });

  it("by somebody who pulled the plug", async () => {
    const { hypervisor, world } = at();
    const { uid } = await started();
    await world.others.destroy(uid);
    await wantEnd(uid, "shutoff", "Destroyed");
    await hypervisor.start(uid);
    expect((await hypervisor.inspect(uid))?.domain?.stopReason).toBeUndefined();
    await discard(hypervisor, uid);
  });

  if (differences.crashes) {
    it("by a crash", async () => {
      const { hypervisor, world } = at();
      const { uid } = await started();
      await world.others.crash?.(uid);
      await eventually(
        async () => expect((await hypervisor.inspect(uid))?.domain?.stopReason).toBe("Crashed"),
        patience,
      );
      await hypervisor.remove(uid);
    });
  }

  if (differences.transient) {
    it("takes a domain along that somebody undefined; defining it in time keeps it", async () => {
      const { hypervisor, world } = at();
      const { uid, identity, machine, tags } = await started();
      await world.others.undefine(uid);
      expect((await hypervisor.inspect(uid))?.domain).toMatchObject({ state: "running", persistent: false });
      await hypervisor.define(identity, machine, tags);
      expect((await hypervisor.inspect(uid))?.domain).toMatchObject({ state: "running", persistent: true });
      await world.others.undefine(uid);
      await hypervisor.destroy(uid);
      expect(await hypervisor.inspect(uid)).toEqual({ ...identity, disk: true, seed: true });
      await hypervisor.remove(uid);
    });
  }

  it("is told, like its beginning, until nobody listens", async () => {
    const { hypervisor } = at();
    const events: MachineEvent[] = [];
    const stop = hypervisor.onEvent((event) => events.push(event));
    const { uid } = await started();
    await hypervisor.destroy(uid);
    await eventually(() =>
      expect(events.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["defined", "started", "stopped"])),
    );
    expect(new Set(events.map((event) => event.uid))).toEqual(new Set([uid]));
    stop();
    const told = events.length;
    await hypervisor.start(uid);
    await discard(hypervisor, uid);
    expect(events).toHaveLength(told);
  });
}

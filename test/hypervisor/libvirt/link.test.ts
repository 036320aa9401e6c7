import { access } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MachineEvent } from "../../../hypervisor/hypervisor.ts";
import { aMachine, build, codeOf, discard } from "../../conformance/hypervisor-world.ts";
import { eventually } from "../../support/eventually.ts";
import { type LibvirtWorld, startLibvirtWorld } from "./libvirt-world.ts";

let world: LibvirtWorld;
beforeAll(async () => {
  world = await startLibvirtWorld("qemu");
});
afterAll(() => world?.stop());

const running = async () => {
  const example = aMachine(world.halting);
  await build(world.hypervisor, example);
  await world.hypervisor.start(example.uid);
  return example;
};
const reachable = async () => (await world.hypervisor.host()).facts.LibvirtReachable.ok;

describe("libvirtd restarted", () => {
  it("is found again; guests run on, and the time between is told as one event", async () => {
    const { hypervisor, daemon } = world;
    const { uid } = await running();
    const before = await hypervisor.inspect(uid);
    const events: MachineEvent[] = [];
    hypervisor.onEvent((event) => events.push(event));
    await daemon.kill();
    await eventually(async () => expect(await reachable()).toBe(false));
    expect(await codeOf(hypervisor.inspect(uid))).toBe("LibvirtUnreachable");
    expect((await hypervisor.host()).capacity.vcpu).toBeGreaterThan(0);
    await daemon.resume();
    await eventually(async () => expect(await reachable()).toBe(true));
    expect(await hypervisor.inspect(uid)).toEqual(before);
    expect(events).toContainEqual({ uid: "", kind: "connection" });
    await world.others.destroy(uid);
    await eventually(() => expect(events).toContainEqual({ uid, kind: "stopped" }));
    await hypervisor.remove(uid);
  });

  it("does not make us forget why a run ended", async () => {
    const { hypervisor, daemon } = world;
    const [theirs, ours] = [await running(), await running()];
    await world.others.destroy(theirs.uid);
    await hypervisor.destroy(ours.uid);
    const reasonOf = async (uid: string) => (await hypervisor.inspect(uid))?.domain?.stopReason;
    await eventually(async () => expect(await reasonOf(theirs.uid)).toBe("Destroyed"));
    await daemon.kill("TERM");
    await daemon.resume();
    await eventually(async () => expect(await reasonOf(theirs.uid)).toBe("Destroyed"));
    expect(await reasonOf(ours.uid)).toBe("Requested");
    for (const { uid } of [theirs, ours]) await discard(hypervisor, uid);
  });
});

describe("without libvirt", () => {
  it("a host opens, says so, and changes nothing", async () => {
    const hypervisor = await world.open({ socketPath: join(world.daemon.dir, "absent") });
    try {
      const { facts } = await hypervisor.host();
      expect(facts.LibvirtReachable).toMatchObject({ ok: false, reason: "LibvirtUnreachable" });
      expect(facts.NetworkReady.ok).toBe(false);
      const { uid, identity, machine, tags } = aMachine(world.halting);
      expect(await codeOf(hypervisor.list())).toBe("LibvirtUnreachable");
      expect(await codeOf(hypervisor.define(identity, machine, tags))).toBe("LibvirtUnreachable");
      expect(await codeOf(hypervisor.remove(uid))).toBe("LibvirtUnreachable");
      await expect(access(join(world.stateDir, "instances", `${uid}.json`))).rejects.toThrow();
    } finally {
      await hypervisor.close();
    }
  });
});

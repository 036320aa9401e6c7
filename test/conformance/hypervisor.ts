import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Hypervisor } from "../../hypervisor/hypervisor.ts";
import { describeEnds } from "./hypervisor-ends.ts";
import {
  aMachine,
  build,
  codeOf,
  discard,
  type HypervisorDifferences,
  type HypervisorWorld,
  MIB,
  never,
  tagsFor,
} from "./hypervisor-world.ts";

export type At = () => { readonly world: HypervisorWorld; readonly hypervisor: Hypervisor };

/** What the node controller may rely on, whichever hypervisor it has. */
export function describeHypervisor(
  name: string,
  differences: HypervisorDifferences,
  start: () => Promise<HypervisorWorld>,
): void {
  describe(`Hypervisor: ${name}`, () => {
    let world: HypervisorWorld;
    let foreigners: string;
    const at: At = () => ({ world, hypervisor: world.hypervisor });

    beforeAll(async () => {
      world = await start();
    });
    afterAll(() => world?.stop());
    beforeEach(async () => {
      foreigners = await world.foreigners();
    });
    afterEach(async () => {
      const left = await world.hypervisor.list();
      for (const { uid } of left) await discard(world.hypervisor, uid);
      expect(left).toEqual([]);
      expect(await world.foreigners()).toBe(foreigners);
    });

    describe("a machine", () => describeMachine(at));
    describe("a disk", () => describeDisk(at));
    describe("what is not ours", () => describeForeign(at));
    describe("the end of a run", () => describeEnds(at, differences));
    describe("the host", () => describeHost(at, differences));
  });
}

function describeMachine(at: At): void {
  it("nobody knows is undefined, and removing it is success", async () => {
    const { hypervisor, world } = at();
    const { uid } = aMachine(world.image);
    expect(await hypervisor.inspect(uid)).toBeUndefined();
    await hypervisor.destroy(uid);
    await hypervisor.requestShutdown(uid);
    await hypervisor.removeDisk(uid);
    await hypervisor.remove(uid);
    expect(await hypervisor.addresses(uid)).toEqual({ addresses: [], unknowable: false });
    expect(await codeOf(hypervisor.start(uid))).toBe("NotDefined");
  });

  it("goes from nothing to running to nothing, each step twice", async () => {
    const { hypervisor, world } = at();
    const example = aMachine(world.halting);
    const { uid, identity, tags } = example;
    await build(hypervisor, example);
    await build(hypervisor, example);
    const built = { ...identity, disk: true, seed: true };
    const off = { state: "shutoff", stopReason: "NeverStarted", tags, persistent: true };
    expect(await hypervisor.inspect(uid)).toEqual({ ...built, domain: off });
    await hypervisor.start(uid);
    await hypervisor.start(uid);
    const running = { state: "running", startedAt: expect.stringMatching(/^\d{4}-.*Z$/), tags, persistent: true };
    expect(await hypervisor.inspect(uid)).toEqual({ ...built, domain: running });
    expect(await hypervisor.list()).toEqual([{ ...built, domain: running }]);
    expect(await codeOf(hypervisor.remove(uid))).toBe("StillRunning");
    expect(await codeOf(hypervisor.removeDisk(uid))).toBe("StillRunning");
    expect(await codeOf(hypervisor.growDisk(uid, 256 * MIB))).toBe("StillRunning");
    await hypervisor.destroy(uid);
    await hypervisor.destroy(uid);
    expect((await hypervisor.inspect(uid))?.domain).toEqual({ ...off, stopReason: "Requested" });
    await hypervisor.remove(uid);
    await hypervisor.remove(uid);
    expect(await hypervisor.inspect(uid)).toBeUndefined();
  });

  it("is defined again with other hardware and tags once it is off", async () => {
    const { hypervisor, world } = at();
    const example = aMachine(world.halting);
    await build(hypervisor, example);
    await hypervisor.start(example.uid);
    await hypervisor.destroy(example.uid);
    const machine = { ...example.machine, vcpu: 2, memory: 256 * MIB };
    const tags = tagsFor(machine, { epoch: 2, specRevision: 18, restartToken: "r1", restarts: 3 });
    await hypervisor.define({ ...example.identity, epoch: 2 }, machine, tags);
    const state = await hypervisor.inspect(example.uid);
    expect(state?.domain?.tags).toEqual(tags);
    expect(state?.epoch).toBe(2);
    await hypervisor.start(example.uid);
    expect((await hypervisor.inspect(example.uid))?.domain?.tags).toEqual(tags);
    await discard(hypervisor, example.uid);
  });

  it("without its domain is still known, until it is removed", async () => {
    const { hypervisor, world } = at();
    const example = aMachine(world.image);
    await build(hypervisor, example);
    await world.others.undefine(example.uid);
    expect(await hypervisor.inspect(example.uid)).toEqual({ ...example.identity, disk: true, seed: true });
    await hypervisor.define(example.identity, example.machine, example.tags);
    expect((await hypervisor.inspect(example.uid))?.domain?.persistent).toBe(true);
    await hypervisor.remove(example.uid);
  });

  it("is refused with a network or bridge that is not there", async () => {
    const { hypervisor, world } = at();
    const mac = "52:54:00:00:00:01";
    const withNetwork = aMachine(world.image, { interfaces: [{ name: "eth0", network: "absent", mac }] });
    expect(await codeOf(hypervisor.define(withNetwork.identity, withNetwork.machine, withNetwork.tags))).toBe(
      "NetworkNotFound",
    );
    const withBridge = aMachine(world.image, { interfaces: [{ name: "eth0", bridge: "absent0", mac }] });
    expect(await codeOf(hypervisor.define(withBridge.identity, withBridge.machine, withBridge.tags))).toBe(
      "BridgeNotFound",
    );
  });
}

function describeDisk(at: At): void {
  it("must be as large as the image", async () => {
    const { hypervisor, world } = at();
    const { uid, identity, machine } = aMachine(world.image, { disk: MIB });
    const image = await hypervisor.fetchImage(machine.image, () => {}, never);
    expect(await codeOf(hypervisor.createDisk(identity, machine, image, never))).toBe("ImageTooLarge");
    expect((await hypervisor.inspect(uid))?.disk).toBe(false);
    await hypervisor.remove(uid);
  });

  it("grows, and never shrinks", async () => {
    const { hypervisor, world } = at();
    const example = aMachine(world.image);
    await build(hypervisor, example);
    await hypervisor.growDisk(example.uid, 256 * MIB);
    await hypervisor.growDisk(example.uid, 256 * MIB);
    expect(await codeOf(hypervisor.growDisk(example.uid, 128 * MIB))).toBe("DiskShrink");
    await hypervisor.remove(example.uid);
  });

  it("is removed with the seed for a new start from the image; the domain stays", async () => {
    const { hypervisor, world } = at();
    const example = aMachine(world.image);
    await build(hypervisor, example);
    await hypervisor.removeDisk(example.uid);
    await hypervisor.removeDisk(example.uid);
    expect(await hypervisor.inspect(example.uid)).toMatchObject({
      disk: false,
      seed: false,
      domain: { state: "shutoff" },
    });
    await build(hypervisor, example);
    expect(await hypervisor.inspect(example.uid)).toMatchObject({ disk: true, seed: true });
    await hypervisor.remove(example.uid);
  });

  it("is not begun once the signal has aborted", async () => {
    const { hypervisor, world } = at();
    const { uid, identity, machine } = aMachine(world.image);
    const image = await hypervisor.fetchImage(machine.image, () => {}, never);
    const reason = new Error("no longer wanted");
    await expect(hypervisor.createDisk(identity, machine, image, AbortSignal.abort(reason))).rejects.toBe(reason);
    await expect(hypervisor.fetchImage(machine.image, () => {}, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect((await hypervisor.inspect(uid))?.disk ?? false).toBe(false);
    await hypervisor.remove(uid);
  });

  it("comes from an image that is cached from then on", async () => {
    const { hypervisor, world } = at();
    const image = await hypervisor.fetchImage(world.image, () => {}, never);
    expect(await hypervisor.cachedImage(world.image)).toEqual(image);
    expect(image.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
}

function describeForeign(at: At): void {
  it("keeps its name", async () => {
    const { hypervisor, world } = at();
    const { identity, machine, tags } = aMachine(world.image);
    const taken = { ...identity, namespace: "taken", name: "taken" };
    expect(await codeOf(hypervisor.define(taken, machine, tags))).toBe("NameTaken");
    await hypervisor.remove(identity.uid);
  });

  it("keeps its uuid, and is neither listed, started nor stopped by it", async () => {
    const { hypervisor, world } = at();
    const { identity, machine, tags } = aMachine(world.image);
    const uid = world.foreignUuid;
    expect(await codeOf(hypervisor.define({ ...identity, uid }, machine, tags))).toBe("NameTaken");
    expect(await hypervisor.inspect(uid)).toBeUndefined();
    expect(await codeOf(hypervisor.start(uid))).toBe("NotDefined");
    await hypervisor.destroy(uid);
    await hypervisor.requestShutdown(uid);
  });

  it("counts as unmanaged, ours does not", async () => {
    const { hypervisor, world } = at();
    const { unmanaged } = await hypervisor.host();
    expect(unmanaged.domains).toBeGreaterThan(0);
    expect(unmanaged.memory).toBeGreaterThan(0);
    const example = aMachine(world.image);
    await build(hypervisor, example);
    expect((await hypervisor.host()).unmanaged).toEqual(unmanaged);
    await hypervisor.remove(example.uid);
  });
}

function describeHost(at: At, { outlives }: HypervisorDifferences): void {
  it("says what it is and has", async () => {
    const state = await at().hypervisor.host();
    expect(state.capacity.vcpu).toBeGreaterThan(0);
    expect(state.capacity.memory).toBeGreaterThan(64 * MIB);
    expect(state.capacity.disk).toBeGreaterThan(64 * MIB);
    expect(state.networks).toContain("vmctl0");
    expect(state.facts).toMatchObject({
      LibvirtReachable: { ok: true },
      NetworkReady: { ok: true },
      StoragePoolReady: { ok: true },
    });
  });

  if (outlives) {
    it("keeps machines while no node controller is there", async () => {
      const { hypervisor, world } = at();
      const example = aMachine(world.halting);
      await build(hypervisor, example);
      await hypervisor.start(example.uid);
      const before = await hypervisor.list();
      await world.reopen();
      expect(await at().hypervisor.list()).toEqual(before);
      await discard(at().hypervisor, example.uid);
    });
  }
}

import { describe, expect, it } from "vitest";
import { SimulatedHost } from "../../../hypervisor/simulated/simulated-host.ts";
import { SimulatedHypervisor } from "../../../hypervisor/simulated/simulated-hypervisor.ts";
import { aMachine, build, codeOf, never } from "../../conformance/hypervisor-world.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { seededRandom, testSeed } from "../../support/seed.ts";

const image = { source: { url: "http://images.invalid/a" } };

describe("a simulated host", () => {
  it("takes its time by the clock, and tells when it is over", async () => {
    const clock = new FakeClock();
    const host = new SimulatedHost({ clock, bootMs: 3000, shutdownMs: 1000 });
    const hypervisor = new SimulatedHypervisor({ host, random: seededRandom(1) });
    const kinds: string[] = [];
    hypervisor.onEvent(({ kind }) => kinds.push(kind));
    const example = aMachine(image);
    await build(hypervisor, example);
    await hypervisor.start(example.uid);
    await clock.advance(2999);
    expect((await hypervisor.addresses(example.uid)).addresses).toEqual([]);
    await clock.advance(1);
    expect((await hypervisor.addresses(example.uid)).addresses).toMatchObject([
      { source: "lease", ip: expect.stringMatching(/^198\.1[89]\./) },
    ]);
    await hypervisor.requestShutdown(example.uid);
    await clock.advance(1000);
    expect((await hypervisor.inspect(example.uid))?.domain?.stopReason).toBe("Requested");
    expect(kinds).toEqual(["defined", "started", "address", "stopped"]);
    expect(clock.waiting).toBe(0);
  });

  it("is apart from others in the same process, and outlives who drives it", async () => {
    const clock = new FakeClock();
    const [first, second] = [new SimulatedHost({ clock }), new SimulatedHost({ clock })];
    const driver = new SimulatedHypervisor({ host: first, random: seededRandom(1) });
    const example = aMachine(image);
    await build(driver, example);
    await driver.start(example.uid);
    await driver.close();
    expect(await new SimulatedHypervisor({ host: second, random: seededRandom(1) }).list()).toEqual([]);
    const next = new SimulatedHypervisor({ host: first, random: seededRandom(1) });
    expect(await next.list()).toMatchObject([{ uid: example.uid, domain: { state: "running" } }]);
    first.reboot();
    expect(await next.inspect(example.uid)).toMatchObject({
      domain: { state: "shutoff", stopReason: "HostRestarted" },
    });
    first.close();
  });

  it("fails by seed, before or after the effect; trying again always gets there", async () => {
    const clock = new FakeClock();
    const seed = testSeed();
    const tried: number[] = [];
    for (let round = 0; round < 2; round++) {
      const host = new SimulatedHost({ clock });
      const hypervisor = new SimulatedHypervisor({ host, random: seededRandom(seed), failRate: 0.5 });
      const example = aMachine(image);
      let tries = 0;
      const retry = async (step: () => Promise<unknown>): Promise<void> => {
        tries += 1;
        await step().catch(() => retry(step));
      };
      await retry(() => build(hypervisor, example));
      await retry(() => hypervisor.start(example.uid));
      expect((await hypervisor.inspect(example.uid))?.domain?.state).toBe("running");
      await retry(() => hypervisor.destroy(example.uid));
      await retry(() => hypervisor.remove(example.uid));
      expect(await hypervisor.list()).toEqual([]);
      tried.push(tries);
      host.close();
    }
    expect(tried[0]).toBe(tried[1]);
  });

  it("may be out of reach, and images may be broken", async () => {
    const host = new SimulatedHost({ clock: new FakeClock() });
    const brokenImages = new Map([["http://images.invalid/a", "ImageNotFound"]] as const);
    const hypervisor = new SimulatedHypervisor({ host, random: seededRandom(1), brokenImages });
    expect(await codeOf(hypervisor.fetchImage(image, () => {}, never))).toBe("ImageNotFound");
    host.unreachable = true;
    expect(await codeOf(hypervisor.list())).toBe("LibvirtUnreachable");
    expect((await hypervisor.host()).facts.LibvirtReachable.ok).toBe(false);
  });
});

import { afterEach, beforeEach, expect, it } from "vitest";
import { HostReporter } from "../../../controllers/node/host-reporter.ts";
import type { NodeView } from "../../../controllers/node/node-view.ts";
import type { HostState } from "../../../hypervisor/hypervisor.ts";
import { SimulatedHost } from "../../../hypervisor/simulated/simulated-host.ts";
import { SimulatedHypervisor } from "../../../hypervisor/simulated/simulated-hypervisor.ts";
import type { ObservedHost } from "../../../resources/observed.ts";
import { silentLog } from "../../../runtime/log.ts";
import type { Outcome, Store, Transaction } from "../../../store/store.ts";
import { eventually } from "../../support/eventually.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { seededRandom } from "../../support/seed.ts";

/** Its answers wait while it is held; each is of the moment when it was asked. */
class HeldHypervisor extends SimulatedHypervisor {
  asked = 0;
  underway = 0;
  mostAtOnce = 0;
  fails = false;
  release = () => {};
  #released: Promise<void> = Promise.resolve();

  hold(): void {
    this.#released = new Promise((resolve) => {
      this.release = resolve;
    });
  }

  override async host(): Promise<HostState> {
    this.asked++;
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.underway);
    const state = await super.host();
    await this.#released;
    this.underway--;
    if (this.fails) throw new Error("the host does not answer");
    return state;
  }
}

const REPORT_MS = 15_000;
let clock: FakeClock;
let host: SimulatedHost;
let hypervisor: HeldHypervisor;
let reporter: HostReporter;
let said: ObservedHost[];

beforeEach(async () => {
  clock = new FakeClock();
  said = [];
  host = new SimulatedHost({ clock, hostname: "host-1" });
  hypervisor = new HeldHypervisor({ host, random: seededRandom(1) });
  const commit = async ({ writes: [write] }: Transaction): Promise<Outcome> => {
    if (write?.op === "put") said.push(JSON.parse(write.value) as ObservedHost);
    return { kind: "committed", revision: said.length };
  };
  const last = () => said.at(-1);
  const view = { observedHost: () => last() && { value: last(), modRevision: 1 }, knows: () => true };
  reporter = new HostReporter({
    ...{ name: "host-1", hypervisor, clock, log: silentLog, observeOnly: false, caughtUp: async () => {} },
    view: view as unknown as NodeView,
    store: { commit } as unknown as Store,
  });
  await reporter.start();
  hypervisor.hold();
  hypervisor.asked = 0;
});
afterEach(async () => {
  hypervisor.release();
  await reporter.stop();
  await hypervisor.close();
  host.close();
});

it("answers many events at once with the report that runs and one after it, which sees them all", async () => {
  const first = reporter.reportNow();
  await eventually(() => hypervisor.asked === 1);
  host.networks.add("late");
  const others = Array.from({ length: 49 }, () => reporter.reportNow());
  await clock.advance(REPORT_MS);
  hypervisor.release();
  await Promise.all([first, ...others]);
  expect([hypervisor.asked, hypervisor.mostAtOnce]).toEqual([2, 1]);
  expect(said.at(-1)?.networks).toContain("late");
});

it("goes on with the periodic report, and after one that failed", async () => {
  hypervisor.fails = true;
  hypervisor.release();
  await reporter.reportNow();
  hypervisor.fails = false;
  await reporter.reportNow();
  await clock.advance(REPORT_MS);
  await clock.advance(REPORT_MS);
  expect(hypervisor.asked).toBe(4);
});

it("says last that it takes no work: stop waits for the report that runs, and none follows", async () => {
  const first = reporter.reportNow();
  await eventually(() => hypervisor.asked === 1);
  const pending = reporter.reportNow();
  host.networks.add("late");
  const stopped = reporter.stop();
  const after = reporter.reportNow();
  await clock.advance(REPORT_MS);
  hypervisor.release();
  await Promise.all([first, pending, stopped, after]);
  await clock.advance(REPORT_MS);
  expect(hypervisor.asked).toBe(1);
  expect(said.at(-1)?.serving).toBe(false);
});

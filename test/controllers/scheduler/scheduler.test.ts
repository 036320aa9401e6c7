import { expect, it } from "vitest";
import { EventRecorder } from "../../../controllers/cluster/event-recorder.ts";
import { Scheduler } from "../../../controllers/scheduler/scheduler.ts";
import type { Candidates, Placement } from "../../../placement/placement.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { silentLog } from "../../../runtime/log.ts";
import type { Store } from "../../../store/store.ts";
import { objectOf } from "../support/cluster.ts";
import { viewOf } from "../support/view.ts";

const TAIL = "ns/default/instances/a";
const spec = { image: { source: { url: "http://images/tiny" } }, resources: { vcpu: 1, memory: "1Gi", disk: "1Gi" } };

/** A scheduler whose Placement has no room, and who is told of room while it is asked. */
function aScheduler() {
  const again: string[] = [];
  const nowhere: Candidates = { candidates: [], providers: {}, reasons: [] };
  const asked = { meanwhile: () => {} };
  const placement = {
    needsIntent: false,
    assuming: () => placement,
    caughtUp: async () => {},
    candidates: async () => {
      asked.meanwhile();
      return nowhere;
    },
  } as unknown as Placement;
  const store = { commit: async () => ({ kind: "committed", revision: 11 }) } as unknown as Store;
  const uid = "10000000-0000-4000-8000-000000000001";
  const view = viewOf({ [`spec/${TAIL}`]: objectOf("Instance", { name: "a", namespace: "default", uid }, spec) });
  const leases = { leaseId: async () => "1", forget: async () => {} };
  const events = new EventRecorder({ store, clock: systemClock, leases });
  const deps = { clock: systemClock, log: silentLog, store, view, placement, events, caughtUp: async () => {} };
  const scheduler = new Scheduler(deps, { again: (tail) => again.push(tail), tellBarred: () => {} });
  return { scheduler, again, asked };
}

it("tries again who was refused while room appeared: the pass may not have seen it", async () => {
  const { scheduler, again, asked } = aScheduler();
  asked.meanwhile = () => scheduler.wake();
  await scheduler.reconcileBatch([TAIL]);
  expect(again).toEqual([TAIL]);
});

it("lets who was refused wait when no room appeared", async () => {
  const { scheduler, again } = aScheduler();
  await scheduler.reconcileBatch([TAIL]);
  expect(again).toEqual([]);
  scheduler.wake();
  expect(again).toEqual([TAIL]);
});

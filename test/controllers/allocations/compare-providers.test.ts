import { expect, it } from "vitest";
import { CompareProviders } from "../../../controllers/allocations/compare-providers.ts";
import type { ControllerDeps } from "../../../controllers/cluster/controller-deps.ts";
import { PlacementError } from "../../../placement/placement-error.ts";
import { TransientError } from "../../../runtime/errors.ts";
import { silentLog } from "../../../runtime/log.ts";
import { uuid } from "../../placement/examples.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { objectOf } from "../support/cluster.ts";
import { viewOf } from "../support/view.ts";

const CONDITION = {
  type: "PlacementSynced",
  reason: "Synced",
  message: "",
  lastTransitionTime: "2030-01-01T00:00:00Z",
};
const host = (n: number, synced: "True" | "False") => ({
  [`status/cluster/hypervisors/host-${n}`]: {
    uid: uuid(n),
    specCreateRevision: 1,
    status: { conditions: [{ ...CONDITION, status: synced }] },
  },
});

/** What is looked at again, and who is told of as nobody's. */
async function compare(keys: Record<string, unknown>, providers: readonly number[], passes = 1, away?: number) {
  const lookedAt: string[] = [];
  const told: string[] = [];
  const clock = new FakeClock();
  let pass = 0;
  const deps = {
    ...{ clock, log: silentLog, view: viewOf(keys), caughtUp: async () => {} },
    placement: {
      ownProviders: async () => (pass === away ? [] : providers).map((n) => ({ uuid: uuid(n), name: `host-${n}` })),
      consumersOf: async () => [],
      caughtUp: async () => {},
    },
    events: {
      writes: async ({ name }: { name: string }) => {
        told.push(name);
        return [];
      },
    },
    store: { commit: async () => ({ kind: "committed", revision: 11 }) },
  };
  const controller = new CompareProviders(deps as unknown as ControllerDeps, (name) => lookedAt.push(name));
  for (; pass < passes; pass++) {
    await controller.reconcile();
    await clock.advance(60_000);
  }
  return { lookedAt, told };
}

it("a hypervisor whose provider is lost is looked at again; one whose provider was never made is not", async () => {
  const hosts = { ...host(1, "True"), ...host(2, "True"), ...host(3, "False") };
  expect(await compare(hosts, [2])).toEqual({ lookedAt: ["host-1"], told: [] });
});

it("a provider is somebody's by a recorded uid, by a status, or by a spec that is not admitted yet", async () => {
  const keys = {
    ...host(1, "True"),
    [`uids/${uuid(2)}`]: { tail: "cluster/hypervisors/host-2" },
    "spec/cluster/hypervisors/host-3": objectOf("Hypervisor", { name: "host-3", uid: uuid(3) }, {}),
    [`uids/${uuid(4)}`]: "nonsense",
  };
  expect(await compare(keys, [1, 2, 3, 4, 5])).toEqual({ lookedAt: [], told: ["host-5"] });
});

it("a provider of nobody is told of again while the event would be gone, and not every minute", async () => {
  expect((await compare({}, [5], 29)).told).toHaveLength(1);
  expect((await compare({}, [5], 61)).told).toHaveLength(3);
});

it("a provider of nobody that went and is back is told of at once", async () => {
  expect((await compare({}, [5], 4, 2)).told).toHaveLength(2);
});

it("a Placement that is away is no defect", async () => {
  const away = async () => {
    throw new PlacementError("Unreachable", "away");
  };
  const deps = { view: viewOf({}), placement: { ownProviders: away } } as unknown as ControllerDeps;
  await expect(new CompareProviders(deps, () => {}).reconcile()).rejects.toBeInstanceOf(TransientError);
});

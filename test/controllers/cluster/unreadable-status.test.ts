import { beforeEach, describe, expect, it } from "vitest";
import type { ControllerDeps } from "../../../controllers/cluster/controller-deps.ts";
import { UnreadableStatus } from "../../../controllers/cluster/unreadable-status.ts";
import { HypervisorController } from "../../../controllers/hypervisor/controller.ts";
import { KeptController } from "../../../controllers/kept/controller.ts";
import { keptImage } from "../../../controllers/kept/image.ts";
import { NamespaceController } from "../../../controllers/namespace/controller.ts";
import { Hypervisor } from "../../../resources/hypervisor.ts";
import { Image } from "../../../resources/image.ts";
import { Namespace } from "../../../resources/namespace.ts";
import { done } from "../../../runtime/result.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { anObject, aRecord, TAIL, UID } from "../support/facts.ts";
import { viewOf } from "../support/view.ts";

const spec = { [`spec/${TAIL}`]: anObject() };
const owner = { [`uids/${UID}`]: { tail: TAIL } };
const status = { [`status/${TAIL}`]: "nonsense" };

let clock: FakeClock;
let compared: unknown[];
beforeEach(() => {
  clock = new FakeClock();
  compared = [];
});

/** What is committed, by what it compares; the events themselves are EventRecorder's. */
const depsOf = (keys: () => Record<string, unknown>) =>
  ({
    clock,
    get view() {
      return viewOf(keys());
    },
    events: { writes: async () => [{ op: "put", key: "events/x", value: "{}" }] },
    store: {
      commit: async ({ compares }: { compares: unknown[] }) => {
        compared.push(...compares);
        return { kind: "committed", revision: 11 };
      },
    },
    caughtUp: async () => {},
    placement: { caughtUp: async () => {} },
  }) as unknown as ControllerDeps;
const teller = (keys: Record<string, unknown>) => new UnreadableStatus(depsOf(() => keys));

describe("a status that cannot be read", () => {
  it("is told of once, comparing it, and again while it lasts", async () => {
    const unreadable = teller({ ...spec, ...owner, ...status });
    await unreadable.stops(TAIL);
    await unreadable.stops(TAIL);
    expect(compared).toEqual([{ key: `status/${TAIL}`, modRevision: 10 }]);
    await clock.advance(29 * 60_000);
    await unreadable.stops(TAIL);
    expect(compared).toHaveLength(1);
    await clock.advance(60_000);
    await unreadable.stops(TAIL);
    expect(compared).toHaveLength(2);
  });

  it("is told of anew after it was in order", async () => {
    let keys: Record<string, unknown> = { ...spec, ...owner, ...status };
    const unreadable = new UnreadableStatus(depsOf(() => keys));
    expect(await unreadable.stops(TAIL)).toBe(true);
    keys = { ...spec, ...owner, [`status/${TAIL}`]: aRecord() };
    expect(await unreadable.stops(TAIL)).toBe(false);
    keys = { ...spec, ...owner, ...status };
    expect(await unreadable.stops(TAIL)).toBe(true);
    expect(compared).toHaveLength(2);
  });

  it.each([
    ["has no spec", { ...owner, ...status }],
    ["has a uid nobody recorded", { ...spec, ...status }],
    ["has another's uid", { ...spec, ...status, [`uids/${UID}`]: { tail: "ns/default/instances/other" } }],
  ])("is not told to the wrong object: it %s", async (_what, keys) => {
    await teller(keys).stops(TAIL);
    expect(compared).toEqual([]);
  });
});

describe.each([
  [Hypervisor, {}, (deps: ControllerDeps) => new HypervisorController(deps), "x"],
  [
    Image,
    { source: { url: "http://x/y" } },
    (deps: ControllerDeps) => new KeptController(deps, keptImage),
    "cluster/images/x",
  ],
  [Namespace, {}, (deps: ControllerDeps) => new NamespaceController(deps), "x"],
] as const)("the controller of %s", (kind, itsSpec, controllerOf, itsKey) => {
  const tail = `cluster/${kind.plural}/x`;
  const object = { ...anObject(), kind: kind.kind, spec: itsSpec };
  const { namespace: _none, ...metadata } = object.metadata;
  const keys = (deletion: object = {}) => ({
    [`spec/${tail}`]: { ...object, metadata: { ...metadata, name: "x", ...deletion } },
    [`uids/${UID}`]: { tail },
    [`status/${tail}`]: "nonsense",
  });

  it.each([{}, { deletionTimestamp: "2030-01-01T00:00:00Z" }])("tells it and decides nothing: %j", async (deletion) => {
    const controller = controllerOf(depsOf(() => keys(deletion)));
    expect(await controller.reconcile(itsKey)).toEqual(done());
    expect(await controller.reconcile(itsKey)).toEqual(done());
    expect(compared).toEqual([{ key: `status/${tail}`, modRevision: 10 }]);
  });
});

import { beforeEach, describe, expect, it } from "vitest";
import type { ControllerDeps } from "../../../controllers/cluster/controller-deps.ts";
import { UnreadableStatus } from "../../../controllers/instance/unreadable-status.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { anObject, TAIL, UID } from "../support/facts.ts";
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
const teller = (keys: Record<string, unknown>) =>
  new UnreadableStatus({
    clock,
    view: viewOf(keys),
    events: { writes: async () => [{ op: "put", key: "events/x", value: "{}" }] },
    store: {
      commit: async ({ compares }: { compares: unknown[] }) => {
        compared.push(...compares);
        return { kind: "committed", revision: 11 };
      },
    },
    caughtUp: async () => {},
    placement: { caughtUp: async () => {} },
  } as unknown as ControllerDeps);

describe("a status that cannot be read", () => {
  it("is told of once, comparing it, and again while it lasts", async () => {
    const unreadable = teller({ ...spec, ...owner, ...status });
    await unreadable.tell(TAIL, "is not JSON");
    await unreadable.tell(TAIL, "is not JSON");
    expect(compared).toEqual([{ key: `status/${TAIL}`, modRevision: 10 }]);
    await clock.advance(29 * 60_000);
    await unreadable.tell(TAIL, "is not JSON");
    expect(compared).toHaveLength(1);
    await clock.advance(60_000);
    await unreadable.tell(TAIL, "is not JSON");
    expect(compared).toHaveLength(2);
  });

  it("is told of anew after it was in order", async () => {
    const unreadable = teller({ ...spec, ...owner, ...status });
    await unreadable.tell(TAIL, "is not JSON");
    unreadable.isReadable(TAIL);
    await unreadable.tell(TAIL, "is not JSON");
    expect(compared).toHaveLength(2);
  });

  it.each([
    ["has no spec", { ...owner, ...status }],
    ["has a uid nobody recorded", { ...spec, ...status }],
    ["has another's uid", { ...spec, ...status, [`uids/${UID}`]: { tail: "ns/default/instances/other" } }],
  ])("is not told to the wrong object: it %s", async (_what, keys) => {
    await teller(keys).tell(TAIL, "is not JSON");
    expect(compared).toEqual([]);
  });
});

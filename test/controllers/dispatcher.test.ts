import { describe, expect, it } from "vitest";
import { Dispatcher } from "../../controllers/dispatcher.ts";
import type { Queues } from "../../controllers/start-queues.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { aRecord, BINDING, SPEC, TAIL } from "./support/facts.ts";
import { viewOf } from "./support/view.ts";

/** Who is told of an instance. */
function told(record: object | undefined, waiting: readonly string[] = []): string[] {
  const queued: string[] = [];
  const queue = (name: string) => ({ enqueue: () => queued.push(name) });
  const scheduler = { ...queue("scheduler"), isWaiting: (tail: string) => waiting.includes(tail) };
  const queues = { instance: queue("instance"), scheduler } as unknown as Queues;
  const view = viewOf({ [`status/${TAIL}`]: record });
  const dispatcher = new Dispatcher({ view, queues, waiting: { tails: new Set() }, clock: new FakeClock() });
  dispatcher.send([{ to: "instance", key: TAIL }]);
  return queued;
}

describe("news of an instance", () => {
  const accepted = { generation: 1, spec: SPEC };

  it("are the scheduler's too, as long as it has no host", () => {
    expect(told(undefined)).toEqual(["instance", "scheduler"]);
    expect(told(aRecord({ accepted }))).toEqual(["instance", "scheduler"]);
    expect(told(aRecord({ accepted, binding: BINDING }))).toEqual(["instance"]);
  });

  it("are the scheduler's when somebody else bound it while it waits there", () => {
    expect(told(aRecord({ accepted, binding: BINDING }), [TAIL])).toEqual(["instance", "scheduler"]);
  });
});

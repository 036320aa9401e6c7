import { EventRecorder } from "../../../controllers/cluster/event-recorder.ts";
import { type DecideDeps, decide } from "../../../controllers/scheduler/decide.ts";
import { ProposalBatch } from "../../../controllers/scheduler/proposal.ts";
import { WaitingRoom } from "../../../controllers/scheduler/waiting-room.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { silentLog } from "../../../runtime/log.ts";
import { quantile } from "../quantile.ts";
import { decisionWorld, NO_STORE } from "./decision-objects.ts";
import type { Pair } from "./figures.ts";

const SMALL = 100;
/** Decisions that are thrown away: code is compiled, indexes are filled. */
const WARM_UP = 300;

/** `decide`, in memory and alone, at the one size and at the other in turn. */
export async function benchDecision(hosts: number, decisions: number): Promise<Pair> {
  const sizes = [SMALL, hosts].map((count) => ({ ...decisionWorld(count, WARM_UP + decisions), us: [] as number[] }));
  const beside = new ProposalBatch();
  for (let n = 0; n < WARM_UP + decisions; n++) {
    for (const { view, placement, tails, us } of sizes) {
      const begin = performance.now();
      const decision = await decide(depsOf({ view, placement }), tails[n] ?? "", beside);
      if (n >= WARM_UP) us.push((performance.now() - begin) * 1_000);
      if (decision.do !== "bind") throw new Error(`decided ${decision.do}: ${JSON.stringify(decision).slice(0, 400)}`);
    }
  }
  const [small = Number.NaN, large = Number.NaN] = sizes.map(({ us }) => quantile(us, 0.5));
  const [small95 = Number.NaN, large95 = Number.NaN] = sizes.map(({ us }) => quantile(us, 0.95));
  return {
    title: `time of a decision, at ${hosts} hosts and at ${SMALL}`,
    ours: { what: `at ${hosts} hosts, median of ${decisions}`, value: large, unit: "us" },
    beside: { what: `at ${SMALL} hosts`, value: small, unit: "us" },
    goal: { atMost: 3 },
    notes: [`95 of 100 took at most ${large95.toFixed(0)} us and ${small95.toFixed(0)} us`],
  };
}

/** What a decision reads; it writes nothing. */
function depsOf({ view, placement }: Pick<DecideDeps, "view" | "placement">): DecideDeps {
  const [clock, log, store] = [systemClock, silentLog, NO_STORE];
  const leases = { leaseId: async () => "1", forget: async () => {} };
  const events = new EventRecorder({ store, clock, leases });
  return { clock, log, store, view, placement, events, room: new WaitingRoom(), caughtUp: async () => {} };
}

import { bringUp } from "./bring-up.ts";
import { isRunning, type MachineFacts } from "./machine-facts.ts";
import { nothing, refuse, type Step } from "./step.ts";
import { mustRecreate } from "./tags.ts";
import { isNewerToken } from "./token.ts";

const SHUTDOWN_POLL_MS = 500;
/** A file that somebody may put right. */
const MENDED_POLL_MS = 30_000;
/** A guest that is still booting loses the request: it is made again. */
const ASK_AGAIN_MS = 5_000;

/** Pure; first match wins (architecture sections 5 and 6). */
export function nextStep(facts: MachineFacts): Step {
  const { assigned, machine, unreadable } = facts;
  if (unreadable !== undefined) return refuse("RecordUnreadable", unreadable, MENDED_POLL_MS);
  if (machine && machine.epoch > assigned.epoch)
    return refuse("EpochAhead", "this host knows a newer epoch than etcd: etcd lost history; nothing is touched");
  switch (assigned.desired) {
    case "Absent":
      return takeDown(facts, machine ? { do: "remove" } : nothing);
    case "MovedAway":
    case "Stopped":
      return takeDown(facts, nothing);
    case "Running":
      return isRunning(machine) ? keepRunning(facts) : bringUp(facts);
  }
}

const takeDown = (facts: MachineFacts, afterwards: Step): Step => (isRunning(facts.machine) ? stop(facts) : afterwards);

/** ACPI first, the plug after the grace period. */
function stop({ assigned, memory, now }: MachineFacts): Step {
  if (assigned.gracePeriodSeconds === 0) return { do: "destroy" };
  if (memory.askedAt === undefined) return { do: "requestShutdown" };
  const left = memory.askedAt + assigned.gracePeriodSeconds * 1000 - now;
  if (left <= 0) return { do: "destroy" };
  if (now - (memory.lastAskedAt ?? memory.askedAt) >= ASK_AGAIN_MS) return { do: "requestShutdown" };
  return { do: "nothing", recheckMs: Math.min(left, SHUTDOWN_POLL_MS) };
}

function keepRunning(facts: MachineFacts): Step {
  const domain = facts.machine?.domain;
  if (!domain) return nothing;
  const { assigned } = facts;
  const restart = isNewerToken(assigned.restartToken, domain.tags.restartToken);
  if (restart || mustRecreate(assigned, domain.tags)) return stop(facts);
  // Undefined behind our back: it runs on, and becomes persistent again with the definition it has.
  return domain.persistent ? nothing : { do: "prepare", tags: domain.tags };
}

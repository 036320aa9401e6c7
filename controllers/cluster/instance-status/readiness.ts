import type { ConditionFact } from "../../../resources/conditions.ts";
import { INSTANCE_CONDITION as C, REASON } from "../../../resources/instance-status.ts";
import type { ObservedInstance, ObservedState, StopReason } from "../../../resources/observed.ts";
import type { HostPresence } from "../instance-facts.ts";
import { REASON_UNREADABLE } from "../unreadable-assignment.ts";
import { addressAssigned, downloaded } from "./reported-conditions.ts";
import type { StatusInput } from "./status-input.ts";

type Verdict = Omit<ConditionFact, "type">;
/** Undefined: this rule has no say. */
type Rule = (input: StatusInput, hypervisor: string) => Verdict | undefined;

/**
 * Ready = the domain runs at observedGeneration and AddressAssigned is True or Unknown. First match wins; a message
 * says what is the case and, where something can be done, what.
 */
export function readiness(input: StatusInput): ConditionFact {
  const verdict = firstOf(HOST_RULES, input) ?? withTrouble(reported(input), input.observed);
  return { type: C.ready, ...verdict };
}

function firstOf(rules: readonly Rule[], input: StatusInput): Verdict | undefined {
  const hypervisor = input.record.binding?.hypervisor ?? "its hypervisor";
  for (const rule of rules) {
    const verdict = rule(input, hypervisor);
    if (verdict) return verdict;
  }
  return undefined;
}

function reported(input: StatusInput): Verdict {
  const ips = (input.observed?.addresses ?? []).map(({ ip }) => ip).join(", ");
  const running: Verdict = { status: "True", reason: REASON.running, message: ips };
  return firstOf(reportRules(input.observed), input) ?? running;
}

/** A guest that runs is as ready as it is; what the host cannot do about it is told beside that. */
function withTrouble(verdict: Verdict, observed: ObservedInstance | undefined): Verdict {
  const problem = observed?.state === "Running" ? observed.problem : undefined;
  if (!problem || verdict.reason === problem.reason) return verdict;
  const message = [verdict.message, `${problem.reason}: ${problem.message}`].filter(Boolean).join("; ");
  return { ...verdict, reason: verdict.status === "True" ? problem.reason : verdict.reason, message };
}

const no = (reason: string, message: string): Verdict => ({ status: "False", reason, message });
const unknown = (reason: string, message: string): Verdict => ({ status: "Unknown", reason, message });

const deleting: Rule = ({ record, host, observed }, hypervisor) => {
  if (!record.deletion) return undefined;
  if (host !== "alive") return no(REASON.terminating, `being deleted: waits for ${hypervisor}, ${AWAY[host]}`);
  const { problem } = observed ?? {};
  if (problem) return no(REASON.terminating, `being deleted; ${hypervisor} says ${problem.reason}: ${problem.message}`);
  return no(REASON.terminating, `being deleted: ${hypervisor} shuts the guest down and removes it`);
};

/** Only the host can say that nothing of a guest is left on it. */
const AWAY: Readonly<Record<Exclude<HostPresence, "alive">, string>> = {
  stopped: "whose node controller was stopped: start it again",
  silent: "which sends no heartbeat: it has to come back (`vmctl delete --help`: one that never will)",
  simulatedStopped: "whose fleet was stopped: start it again",
  simulatedSilent: "which sends no heartbeat: start its fleet again",
};

const absentHost: Rule = ({ host }, hypervisor) => (host === "alive" ? undefined : ABSENT[host](hypervisor));

const ABSENT: Readonly<Record<Exclude<HostPresence, "alive">, (hypervisor: string) => Verdict>> = {
  stopped: (hypervisor) =>
    unknown(REASON.hostStopped, `the node controller on ${hypervisor} was stopped; the guest is left as it is`),
  silent: (hypervisor) =>
    unknown(
      REASON.hostSilent,
      `${hypervisor} sends no heartbeat: its node controller or the host is down or cut off; the guest may well run`,
    ),
  simulatedStopped: (hypervisor) =>
    unknown(REASON.hostStopped, `the fleet of ${hypervisor} was stopped, and ${GONE_WITH_IT}`),
  simulatedSilent: (hypervisor) =>
    unknown(REASON.hostSilent, `${hypervisor} sends no heartbeat: if its fleet was killed, ${GONE_WITH_IT}`),
};
const GONE_WITH_IT = "the simulated guest is gone with it; it is built and started anew when the fleet is back";

const unreadable: Rule = ({ observedProblem }, hypervisor) =>
  observedProblem === undefined
    ? undefined
    : unknown(REASON.quarantined, `what ${hypervisor} reported cannot be read: ${observedProblem}`);

const unreported: Rule = ({ observed }, hypervisor) =>
  observed ? undefined : no(REASON.waiting, `${hypervisor} has not taken it up yet`);

const HOST_RULES: readonly Rule[] = [deleting, absentHost, unreadable, unreported];

function reportRules(observed: ObservedInstance | undefined): Rule[] {
  if (!observed) return [];
  return [
    () => unassigned(observed),
    (_input, hypervisor) => unreadableAssignment(observed, hypervisor),
    () => failing(observed),
    () => notRunning(observed),
    ({ record }) => outdated(observed, record.accepted?.generation),
    () => addressless(observed),
  ];
}

const unassigned = (observed: ObservedInstance): Verdict | undefined =>
  observed.unassigned
    ? no(REASON.unassigned, "its assignment is gone from etcd; the host leaves the guest as it is, it is written again")
    : undefined;

/** Whether it is as it should be, nobody there can tell. */
const unreadableAssignment = ({ problem }: ObservedInstance, hypervisor: string): Verdict | undefined =>
  problem?.reason === REASON_UNREADABLE
    ? unknown(problem.reason, `${hypervisor} cannot read what it is to do: ${problem.message}`)
    : undefined;

function failing({ problem, state, retryAt }: ObservedInstance): Verdict | undefined {
  if (!problem || state === "Running") return undefined;
  return no(problem.reason, `${problem.message}${nextTry(retryAt, "try")}`);
}

function notRunning(observed: ObservedInstance): Verdict | undefined {
  const { state, stopReason, retryAt } = observed;
  if (state === "Running") return undefined;
  if (stopReason) return no(stopReason, `${STOPPED[stopReason]}${nextTry(retryAt, "start")}`);
  if (state === "Building" && observed.image?.ready === false)
    return no(REASON.downloading, `the image: ${downloaded(observed.image)}`);
  return no(state, ON_THE_WAY[state] ?? "");
}

const STOPPED: Readonly<Record<StopReason, string>> = {
  Requested: "stopped as asked",
  GuestShutdown: "the guest powered itself off",
  Crashed: "the guest crashed",
  Destroyed: "somebody switched it off without asking vmctl",
  HostRestarted: "it ended when the host did",
  NeverStarted: "not started yet",
};

const ON_THE_WAY: Partial<Record<ObservedState, string>> = {
  Building: "disk and domain are being made",
  Starting: "about to start",
  Paused: "the domain is paused; vmctl did not do that",
  Stopping: "waits for the guest to shut down",
  Absent: "removed on its host",
  MovedAway: "moved to another host",
};

const nextTry = (retryAt: string | undefined, what: "start" | "try"): string =>
  retryAt === undefined ? "" : `; next ${what} at ${retryAt}`;

const outdated = (observed: ObservedInstance, generation = 0): Verdict | undefined =>
  observed.generation < generation
    ? no(REASON.updating, `generation ${generation} has not reached the host yet`)
    : undefined;

function addressless(observed: ObservedInstance): Verdict | undefined {
  const { status, message = "" } = addressAssigned(observed);
  return status === "False" ? no(REASON.addressPending, message) : undefined;
}

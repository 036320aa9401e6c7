import type { AddressReport, MachineState, Progress } from "../../hypervisor/hypervisor.ts";
import type { AssignedInstance } from "../../resources/assignment.ts";
import type { ObservedInstance, ObservedState, Problem, StopReason } from "../../resources/observed.ts";
import { present } from "../cluster/present.ts";
import { isRunning } from "./machine-facts.ts";
import type { Step } from "./step.ts";
import { pendingChanges } from "./tags.ts";

export interface ObserveInput {
  readonly assigned: AssignedInstance;
  readonly machine: MachineState | undefined;
  readonly step: Step;
  /** `sha256:…` of the image in use or in the cache, as far as it is known. */
  readonly digest: string | undefined;
  readonly progress?: Progress | undefined;
  readonly addresses: AddressReport | undefined;
  readonly problem: Problem | undefined;
  readonly retryAt: string | undefined;
}

/** The facts to report about one assigned instance; equal facts give an equal record. */
export function observe(input: ObserveInput): ObservedInstance {
  const { assigned, machine, addresses, problem, retryAt } = input;
  const { uid, epoch, specRevision, generation } = assigned;
  const domain = machine?.domain;
  const state = stateOf(input);
  return present({
    uid,
    epoch,
    specRevision,
    generation,
    state,
    stopReason: state === "Stopped" || state === "Failed" ? stopReasonOf(input) : undefined,
    startedAt: isRunning(machine) ? domain?.startedAt : undefined,
    restarts: domain?.tags.restarts ?? 0,
    image: imageFacts(input),
    ...(state === "Running" && addresses ? addressFacts(addresses) : {}),
    pending: pendingChanges(assigned, domain?.tags),
    problem,
    retryAt,
  });
}

type StateInput = Pick<ObserveInput, "assigned" | "machine" | "step" | "problem">;

export const stateOf = (input: StateInput): ObservedState =>
  isRunning(input.machine) ? runningState(input) : stoppedState(input);

/** It runs: as wished, whatever else about it does not work, or on its way down. */
function runningState({ assigned, machine, step }: StateInput): ObservedState {
  if (machine?.domain?.state === "paused") return "Paused";
  return assigned.desired === "Running" && !goesDown(step) ? "Running" : "Stopping";
}

const WAYS_DOWN: ReadonlySet<Step["do"]> = new Set(["requestShutdown", "destroy"]);

/** Of a guest that should run: it is being stopped for a restart, or that failed. */
function goesDown(step: Step): boolean {
  if (step.do !== "nothing") return WAYS_DOWN.has(step.do);
  if (step.problem) return step.failed !== undefined && WAYS_DOWN.has(step.failed);
  return step.recheckMs !== undefined;
}

/** It does not run; first match wins. */
function stoppedState({ assigned, machine, step, problem }: StateInput): ObservedState {
  const { desired } = assigned;
  // What is acknowledged is over: nobody asks this host again.
  if (problem) return "Failed";
  if (desired === "Absent" && !machine) return "Absent";
  if (desired === "MovedAway") return "MovedAway";
  if (desired !== "Running" || (step.do === "nothing" && machine?.domain)) return "Stopped";
  return machine?.disk ? "Starting" : "Building";
}

function stopReasonOf({ machine, step }: ObserveInput): StopReason {
  if (step.do === "nothing" && step.stopReason) return step.stopReason;
  return machine?.domain?.stopReason ?? "NeverStarted";
}

function imageFacts({ assigned, machine, digest, progress }: ObserveInput): ObservedInstance["image"] {
  if (machine?.disk || (digest && assigned.desired === "Running"))
    return { ready: true, ...(digest ? { digest } : {}) };
  if (!progress) return undefined;
  const { bytes, total } = progress;
  return { ready: false, progress: { bytes, ...(total === undefined ? {} : { total }) } };
}

function addressFacts({ addresses, unknowable }: AddressReport): Partial<ObservedInstance> {
  if (addresses.length > 0) return { addresses: [...addresses] };
  return unknowable ? { addresses: [], addressesUnknowable: true } : {};
}

import type { Phase } from "../../../resources/instance-status.ts";
import type { ObservedInstance, ObservedState } from "../../../resources/observed.ts";
import type { StatusInput } from "./status-input.ts";

/** For people only; first match wins. */
export function derivePhase({ record, observed, host }: StatusInput): Phase {
  if (record.deletion) return "Terminating";
  if (!record.binding) return "Pending";
  if (host !== "alive") return "Unknown";
  return observed ? phaseOf(observed) : "Scheduled";
}

const UNUSUAL: Partial<Record<ObservedState, Phase>> = {
  // Said of an assignment that is over; the present one has not been taken up yet.
  Absent: "Scheduled",
  MovedAway: "Scheduled",
  Paused: "Unknown",
};

function phaseOf({ state, problem }: ObservedInstance): Phase {
  if (problem?.terminal && state !== "Running") return "Failed";
  return UNUSUAL[state] ?? (state as Phase);
}

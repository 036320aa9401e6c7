import type { Inventory } from "../../placement/placement.ts";
import type { AssignedInstance } from "../../resources/assignment.ts";
import { type ConditionFact, setCondition } from "../../resources/conditions.ts";
import { HYPERVISOR_CONDITION as C, type HypervisorStatus } from "../../resources/hypervisor.ts";
import type { ObservedHost } from "../../resources/observed.ts";
import { brokenPart, type HypervisorFacts, isCordoned } from "../cluster/hypervisor-facts.ts";
import { sumOf } from "../cluster/hypervisor-usage.ts";
import { isSimulated } from "../cluster/is-simulated.ts";

export interface HypervisorStatusInput {
  readonly facts: HypervisorFacts;
  readonly status: HypervisorStatus;
  /** Its deletion is on record: it goes once nothing is on it and nobody reports under its name. */
  readonly deleted: boolean;
  /** The instances that its deletion waits for. */
  readonly waitsFor: readonly string[];
  readonly assignments: readonly AssignedInstance[];
  readonly inventories: Readonly<Record<string, Inventory>>;
  /** Of its provider, as it was brought to Placement. */
  readonly traits: readonly string[];
  /** Undefined: Placement has it. */
  readonly placementProblem: string | undefined;
  /** Why what its node controller reported last cannot be read. */
  readonly reportProblem?: string | undefined;
  readonly now: string;
}

/** The status of a hypervisor from what it reported, whether it is alive, and what is assigned to it. */
export function hypervisorStatusOf(input: HypervisorStatusInput): HypervisorStatus {
  const observed = input.facts.observed?.value;
  const facts: ConditionFact[] = [
    readiness(input),
    ...(observed ? reported(observed, input.placementProblem) : []),
    ...(observed ? orphans(observed, input.status) : []),
  ];
  let conditions = [...(input.status.conditions ?? [])];
  for (const fact of facts) conditions = setCondition(conditions, fact, input.now);
  return {
    ...input.status,
    ...(observed ? discovered(observed, input.inventories) : {}),
    ...(observed && input.placementProblem === undefined ? { traits: [...input.traits] } : {}),
    ...sumOf(input.assignments),
    conditions,
  };
}

function discovered(observed: ObservedHost, found: Readonly<Record<string, Inventory>>): Partial<HypervisorStatus> {
  const { capacity, unmanaged, versions, networks, pools, virtType } = observed;
  const allocatable = {
    vcpu: free(found["VCPU"]),
    memory: free(found["MEMORY_MB"]) * 2 ** 20,
    disk: free(found["DISK_GB"]) * 2 ** 30,
  };
  return { capacity, allocatable, unmanaged, versions, networks, pools, virtType };
}

const free = (inventory: Inventory | undefined): number =>
  inventory ? Math.floor((inventory.total - inventory.reserved) * inventory.allocationRatio) : 0;

function reported(observed: ObservedHost, placementProblem: string | undefined): ConditionFact[] {
  const facts = Object.entries(observed.facts).map(
    ([type, { ok, reason, message }]): ConditionFact => ({ type, status: ok ? "True" : "False", reason, message }),
  );
  const synced: ConditionFact =
    placementProblem === undefined
      ? { type: C.placementSynced, status: "True", reason: "Synced" }
      : { type: C.placementSynced, status: "False", reason: "NotSynced", message: placementProblem };
  return [...facts, synced];
}

/** Ready says whether the host works; a cordon is spec and leaves it Ready. First match wins. */
function readiness({ facts, deleted, waitsFor, reportProblem }: HypervisorStatusInput): ConditionFact {
  const fact = (status: ConditionFact["status"], reason: string, message = ""): ConditionFact => ({
    type: C.ready,
    status,
    reason,
    message,
  });
  if (deleted && waitsFor.length > 0) return fact("False", "InUse", `${whileAway(facts)}${inUse(waitsFor)}`);
  if (deleted) return fact("False", ...LEAVING);
  if (!facts.observed) return fact("False", "NotReporting", reportProblem ? unreadable(reportProblem) : NO_REPORT);
  const words = isSimulated(facts.observed.value) ? SIMULATED : REAL;
  if (!facts.observed.value.serving) return fact("False", "Shutdown", words.stopped);
  if (!facts.alive) return fact("Unknown", "HostSilent", words.silent);
  const broken = brokenPart(facts);
  return broken ? fact("False", broken.reason, broken.message) : fact("True", servingReason(facts));
}

const NO_REPORT = "no node controller has reported under this name yet";
const unreadable = (problem: string): string => `what its node controller reported cannot be read: ${problem}`;
const REAL = {
  stopped: "the node controller was stopped; guests run on",
  silent: "no heartbeat: the node controller or its host is down or cut off; its guests may well run",
};
const SIMULATED = {
  stopped: "the fleet was stopped, and its simulated guests with it; they are started anew when it is back",
  silent: "no heartbeat: if the fleet was killed, its simulated guests are gone; they are started anew when it is back",
};
const LEAVING = ["Terminating", "being deleted: goes as soon as its node controller is stopped"] as const;
const SHOWN = 20;

function inUse(names: readonly string[]): string {
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : "";
  return `deletion waits until these instances are gone from it: ${names.slice(0, SHOWN).join(", ")}${more}`;
}

/** Its instances wait for it in turn. */
const whileAway = ({ observed, alive }: HypervisorFacts): string =>
  observed?.value.serving && alive ? "" : "start its node controller or fleet again: ";

function servingReason(facts: HypervisorFacts): string {
  if (isCordoned(facts)) return "Cordoned";
  return facts.observed?.value.observeOnly ? "ObserveOnly" : "Serving";
}

/** Only worth a condition once there was something to tell. */
function orphans(observed: ObservedHost, status: HypervisorStatus): ConditionFact[] {
  const found = observed.orphans ?? [];
  const type = C.orphanedDomains;
  if (found.length === 0)
    return status.conditions?.some((condition) => condition.type === type)
      ? [{ type, status: "False", reason: "None" }]
      : [];
  const message = `made by vmctl, unknown to etcd, left alone: ${found.join(", ")}`;
  return [{ type, status: "True", reason: "Found", message }];
}

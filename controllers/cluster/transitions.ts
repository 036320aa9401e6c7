import type { Condition } from "../../resources/conditions.ts";

export interface Transition {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
}

type Speech = (condition: Condition, before: Condition | undefined) => Transition | undefined;

const normal = (reason: string, { message }: Condition): Transition => ({ type: "Normal", reason, message });
const warning = (reason: string, { message }: Condition): Transition => ({ type: "Warning", reason, message });
const isTrue = (condition: Condition): boolean => condition.status === "True";

/** The words for something that waits for the user: said when it begins and, if it was said, when it is over. */
const waiting =
  (begins: Transition["type"], reason: string, over: string): Speech =>
  (condition, before) => {
    if (condition.reason !== "UpToDate") return { type: begins, reason, message: condition.message };
    return before ? normal(over, condition) : undefined;
  };

/** Steps of a way everybody goes: the condition shows them while they last, an event would be noise. */
const PASSING = new Set(["Waiting", "Building", "Starting", "Updating", "Downloading", "NeverStarted", "Stopping"]);
/** Reasons of a Ready that is true: an instance's, a hypervisor's. Another one is what its host cannot do about it. */
const UNTROUBLED = new Set(["Running", "Serving", "Cordoned", "ObserveOnly"]);
/** Ends that somebody wanted. */
const WANTED = new Set(["Requested", "GuestShutdown", "Terminating"]);

const ready: Speech = (condition, before) => {
  if (isTrue(condition))
    return UNTROUBLED.has(condition.reason) ? normal("Ready", condition) : warning(condition.reason, condition);
  if (condition.reason === "AddressPending")
    // The condition tells of the address that is still to come; the event of what has happened.
    return before?.status === "True" ? undefined : { type: "Normal", reason: "Started", message: "the guest runs" };
  if (PASSING.has(condition.reason)) return undefined;
  return WANTED.has(condition.reason) ? normal(condition.reason, condition) : warning(condition.reason, condition);
};

/** Deletions that do not go on by themselves. */
const STUCK = new Set(["FinalizersRemaining", "DeletionNotAllowed"]);

/** What people want to read about. An address is told by Ready; it gets no words of its own. */
const SPOKEN: Readonly<Record<string, Speech>> = {
  Accepted: (c, before) => {
    if (!isTrue(c)) return warning(c.reason, c);
    return before ? normal("Accepted", c) : undefined;
  },
  Scheduled: (c) => (isTrue(c) ? normal("Scheduled", c) : warning(c.reason, c)),
  Allocated: (c) => (isTrue(c) ? normal("Allocated", c) : warning(c.reason, c)),
  ImageReady: (c, before) => {
    if (isTrue(c)) return before ? normal("ImageReady", c) : undefined;
    return c.reason === "Downloading" ? normal("ImageDownloading", c) : warning(c.reason, c);
  },
  AddressAssigned: (c) => (c.status === "Unknown" ? normal("AddressNotDiscoverable", c) : undefined),
  RestartRequired: waiting("Normal", "RestartRequired", "RestartDone"),
  RecreateRequired: waiting("Warning", "RecreateRequired", "RecreateDone"),
  GuestConfigApplied: waiting("Warning", "GuestConfigNeedsRecreate", "GuestConfigApplied"),
  OwnersFound: (c, before) => {
    if (!isTrue(c)) return warning(c.reason, c);
    return before ? normal("OwnersFound", c) : undefined;
  },
  DeletionFinished: (c) => (STUCK.has(c.reason) ? warning(c.reason, c) : normal(c.reason, c)),
  Updated: (c, before) => {
    if (isTrue(c)) return before ? normal("Updated", c) : undefined;
    return c.reason === "HeldBack" ? warning("HeldBack", c) : normal(c.reason, c);
  },
  ReplicaFailure: (c) => (isTrue(c) ? warning(c.reason, c) : undefined),
  OrphanedDomains: (c) => (isTrue(c) ? warning("OrphanedDomains", c) : undefined),
  Ready: ready,
};

/**
 * Events for what changed between two lists of conditions: on a transition of status or reason, never on a repeated
 * state. A normal start says Scheduled, Started, Ready and nothing else.
 */
export function transitions(before: readonly Condition[], after: readonly Condition[]): Transition[] {
  return after.flatMap((condition) => {
    const old = before.find((other) => other.type === condition.type);
    if (old?.status === condition.status && old.reason === condition.reason) return [];
    return SPOKEN[condition.type]?.(condition, old) ?? [];
  });
}

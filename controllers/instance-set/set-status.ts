import { type Condition, type ConditionFact, findCondition, setCondition } from "../../resources/conditions.ts";
import { INSTANCE_SET_CONDITION as C, type InstanceSetStatus } from "../../resources/instance-set.ts";
import { REASON } from "../../resources/instance-status.ts";
import { replicasOf, type SetInForce } from "./instance-set.ts";
import { complaintOf, isReady, isSettled, type Member, pendingOf, templateOf } from "./member.ts";
import type { SetPlan } from "./plan.ts";

export interface SetStatusInput {
  readonly set: SetInForce;
  readonly members: readonly Member[];
  readonly plan: SetPlan;
  /** Name of the revision that the template is. */
  readonly revision: string;
  readonly status: InstanceSetStatus;
  readonly generation: number;
  readonly now: string;
}

/** Counts and conditions of a set, from facts alone; the same facts give the same status. */
export function setStatus(input: SetStatusInput): InstanceSetStatus {
  const { set, members, revision, status, generation, now } = input;
  const own = members.filter(({ belongs, isSelected, isDeleted }) => belongs === "ours" && isSelected && !isDeleted);
  const wanted = own.filter(({ ordinal }) => ordinal < replicasOf(set));
  const updated = wanted.filter((member) => isUpdated(input, member));
  const isComplete = updated.length === replicasOf(set);
  const facts = [ready(input, own), updatedFact(input, updated), ...replicaFailure(input)];
  let conditions = [...(status.conditions ?? [])];
  for (const fact of facts) conditions = setCondition(conditions, { observedGeneration: generation, ...fact }, now);
  return {
    ...status,
    replicas: own.length,
    readyReplicas: own.filter(isReady).length,
    updatedReplicas: updated.length,
    currentRevision: isComplete ? revision : (status.currentRevision ?? revision),
    updateRevision: revision,
    conditions,
  };
}

/** It was written from the template, nothing of that is left to do, and its host has acted upon it. */
function isUpdated({ plan, revision }: SetStatusInput, member: Member): boolean {
  const isWritten =
    templateOf(member) === revision && !plan.waiting.includes(member.name) && !plan.held.has(member.name);
  const isToWrite = plan.actions.some((action) => action.do !== "create" && action.member === member);
  return isWritten && !isToWrite && pendingOf(member) === undefined && (isSettled(member) || !isOnItsWay(member));
}

/** Not ready because of the last write: then the update is not through. One that is off on purpose never gets ready. */
const isOnItsWay = ({ record, revision }: Member): boolean => (record?.status.observedRevision ?? 0) < revision;

function ready({ set, members }: SetStatusInput, own: readonly Member[]): ConditionFact {
  const desired = replicasOf(set);
  const count = own.filter((member) => isReady(member) && member.ordinal < desired).length;
  const said = `${count} of ${desired} ready`;
  if (count === desired && own.length === desired)
    return { type: C.ready, status: "True", reason: REASON.running, message: said };
  const surplus = members.filter((member) => isReady(member) && member.belongs === "ours" && member.ordinal >= desired);
  const complaints = [
    ...aboutAll(members.filter((member) => !isReady(member))),
    ...surplus.map(({ name }) => `${name} is one too many`),
  ];
  return { type: C.ready, status: "False", reason: REASON.waiting, message: [said, ...firstOf(complaints)].join("; ") };
}

function updatedFact(input: SetStatusInput, updated: readonly Member[]): ConditionFact {
  const { set, plan, members } = input;
  const desired = replicasOf(set);
  const message = `${updated.length} of ${desired} have the present template`;
  if (updated.length === desired) return { type: C.updated, status: "True", reason: REASON.upToDate, message };
  const no = (reason: string, details: readonly string[]): ConditionFact => ({
    type: C.updated,
    status: "False",
    reason,
    message: [message, ...firstOf(details)].join("; "),
  });
  const held = [
    ...[...plan.held].map(([name, because]) => `${name}: ${because}`),
    ...members.flatMap((member) => heldBack(input, member) ?? []),
  ];
  const waiting = plan.waiting.map((name) => `${name} waits for its turn`);
  if (set.spec.updateStrategy?.type === "OnDelete" && plan.waiting.length > 0)
    return no("OnDelete", [
      `updateStrategy OnDelete: deleted instances are made again from it: ${plan.waiting.join(", ")}`,
    ]);
  const away = aboutAll(members.filter((member) => isOnItsWay(member) && member.belongs === "ours"));
  return no(held.length > 0 ? "HeldBack" : REASON.updating, [...held, ...waiting, ...away]);
}

/** What is the matter with each; those with the same words together. */
function aboutAll(members: readonly Member[]): string[] {
  const names = new Map<string, string[]>();
  for (const member of members) {
    const complaint = complaintOf(member);
    if (complaint !== undefined) names.set(complaint, [...(names.get(complaint) ?? []), member.name]);
  }
  return [...names].map(([complaint, those]) => `${firstOf(those).join(", ")} ${complaint}`);
}

/** Written, acted upon, and still not all of it has reached the guest. */
function heldBack({ revision }: SetStatusInput, member: Member): string | undefined {
  if (member.belongs !== "ours" || templateOf(member) !== revision || !isSettled(member)) return undefined;
  const pending = pendingOf(member);
  return pending === undefined
    ? undefined
    : `${member.name} waits: ${pending}: see vmctl describe instance ${member.name}`;
}

function replicaFailure({ plan, status }: SetStatusInput): ConditionFact[] {
  const [first] = plan.failures;
  if (first) {
    const message = firstOf(plan.failures.map((failure) => failure.message)).join("; ");
    return [{ type: C.replicaFailure, status: "True", reason: first.reason, message }];
  }
  const before: Condition | undefined = findCondition(status.conditions, C.replicaFailure);
  return before?.status === "True" ? [{ type: C.replicaFailure, status: "False", reason: REASON.upToDate }] : [];
}

const SHOWN = 5;

function firstOf(texts: readonly string[]): string[] {
  return texts.length > SHOWN ? [...texts.slice(0, SHOWN), `and ${texts.length - SHOWN} more`] : [...texts];
}

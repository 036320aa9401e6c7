import type { InstanceSpec } from "../../resources/instance.ts";
import { REASON } from "../../resources/instance-status.ts";
import type { StoredObject } from "../../resources/meta.ts";
import { maxUnavailableOf, nameOfMember, replicasOf } from "./instance-set.ts";
import { isDown, isSettled, type Member } from "./member.ts";
import { adopted, newMember, type Wanted } from "./member-object.ts";
import type { MemberUpdate } from "./member-update.ts";

export type SetAction =
  | { readonly do: "create"; readonly name: string; readonly object: StoredObject<InstanceSpec> }
  | { readonly do: "write"; readonly member: Member; readonly object: StoredObject<InstanceSpec> }
  | { readonly do: "release"; readonly member: Member }
  | { readonly do: "delete"; readonly member: Member; readonly because: string };

/** Something that keeps the set from having an instance as it should be. */
export interface Failure {
  readonly reason: "NameTaken" | "QuotaExceeded" | "DeletionProtected" | "NamespaceTerminating";
  readonly message: string;
}

export interface SetPlan {
  readonly actions: readonly SetAction[];
  readonly failures: readonly Failure[];
  /** What may not be brought to the template, by name. */
  readonly held: ReadonlyMap<string, string>;
  /** What waits for its turn. */
  readonly waiting: readonly string[];
}

export interface SetInput {
  readonly wanted: Wanted;
  readonly members: readonly Member[];
  /** How many instances the namespace still takes; undefined: any number. */
  readonly room: number | undefined;
  /** Nothing new comes into a namespace that goes. */
  readonly namespaceGoes: boolean;
  readonly newUid: () => string;
  /** What it takes to bring one of its instances to the template. */
  readonly updateOf: (member: Member) => MemberUpdate;
}

/** Everything that is to be done now, in this order. Pure but for newUid. */
export function planSet(input: SetInput): SetPlan {
  const { members } = input;
  const usable = members.filter(({ problem, isDeleted }) => problem === undefined && !isDeleted);
  const ours = usable.filter(({ belongs, isSelected }) => belongs === "ours" && isSelected);
  const released = usable.filter(({ belongs, isSelected }) => belongs === "ours" && !isSelected);
  const creation = planCreation(input);
  const shrinking = planShrinking(input, ours);
  const rollout = planRollout(input, ours);
  return {
    actions: [
      ...released.map((member) => ({ do: "release", member }) as const),
      ...planAdoption(input, usable),
      ...creation.actions,
      ...shrinking.actions,
      ...rollout.actions,
    ],
    failures: [...takenNames(input, usable), ...creation.failures, ...shrinking.failures],
    held: rollout.held,
    waiting: rollout.waiting,
  };
}

const isWanted = ({ wanted }: SetInput, { ordinal }: Member): boolean => ordinal < replicasOf(wanted.set);

/** Only what the set would make itself: a stray instance with a high ordinal is not adopted to be deleted. */
function planAdoption(input: SetInput, usable: readonly Member[]): SetAction[] {
  return usable.flatMap((member) => {
    const fits = member.belongs === "free" && member.isSelected && isWanted(input, member);
    if (!fits || !member.object) return [];
    return [{ do: "write", member, object: adopted(input.wanted.set, member.object) }];
  });
}

function takenNames(input: SetInput, usable: readonly Member[]): Failure[] {
  const foreign = usable.filter(
    (member) =>
      isWanted(input, member) && (member.belongs === "other" || (member.belongs === "free" && !member.isSelected)),
  );
  return foreign.map(({ name, belongs }) => {
    const why = belongs === "other" ? "it belongs to another owner" : "it has not the labels of spec.selector";
    return { reason: "NameTaken", message: `instance ${name} is in the way: ${why}` };
  });
}

function planCreation({ wanted, members, room, newUid, namespaceGoes }: SetInput) {
  const taken = new Set(members.map(({ ordinal }) => ordinal));
  const missing = Array.from({ length: replicasOf(wanted.set) }, (_, ordinal) => ordinal).filter(
    (it) => !taken.has(it),
  );
  const allowed = namespaceGoes ? [] : missing.slice(0, room);
  const actions = allowed.map((ordinal): SetAction => {
    const name = nameOfMember(wanted.set, ordinal);
    return { do: "create", name, object: newMember(wanted, ordinal, newUid()) };
  });
  const failures: Failure[] = [];
  if (namespaceGoes && missing.length > 0)
    failures.push({ reason: REASON.namespaceTerminating, message: "the namespace is being deleted" });
  else if (allowed.length < missing.length)
    failures.push({
      reason: REASON.quotaExceeded,
      message: `${overText(missing.length - allowed.length)} over the namespace's limit (spec.limits.instances)`,
    });
  return { actions, failures };
}

function planShrinking(input: SetInput, ours: readonly Member[]) {
  const surplus = ours.filter((member) => !isWanted(input, member)).toReversed();
  const actions = surplus
    .filter(({ isProtected }) => !isProtected)
    .map((member): SetAction => ({ do: "delete", member, because: "there are more than spec.replicas" }));
  const failures = surplus.flatMap(({ isProtected, name }): Failure[] =>
    isProtected ? [{ reason: "DeletionProtected", message: `instance ${name} is protected: it is not deleted` }] : [],
  );
  return { actions, failures };
}

/**
 * Undisturbing changes at once; the rest from the highest ordinal down, while fewer than maxUnavailable others are away.
 * One that is down already may always be changed: nobody misses it, and a bad template must not bar its own mending.
 */
function planRollout(input: SetInput, ours: readonly Member[]) {
  const { wanted, members } = input;
  const actions: SetAction[] = [];
  const held = new Map<string, string>();
  const waiting: string[] = [];
  const away = awayNow(input, members);
  for (const member of ours.filter((it) => isWanted(input, it)).toReversed()) {
    const update = input.updateOf(member);
    if (update.kind === "none") continue;
    const strategy = wanted.set.spec.updateStrategy?.type ?? "RollingUpdate";
    if (strategy === "OnDelete") waiting.push(member.name);
    else if (update.kind === "held") held.set(member.name, update.because);
    else if (update.kind === "write") actions.push({ do: "write", member, object: update.object });
    else if (!mayGoDown(input, away, member)) waiting.push(member.name);
    else if (update.kind === "replace" && member.isProtected)
      held.set(member.name, "it is protected: it is not replaced");
    else {
      away.add(member.ordinal);
      actions.push(disruption(member, update));
    }
  }
  return { actions, held, waiting };
}

const disruption = (member: Member, update: Extract<MemberUpdate, { kind: "disrupt" | "replace" }>): SetAction =>
  update.kind === "disrupt"
    ? { do: "write", member, object: update.object }
    : { do: "delete", member, because: `made again for ${update.because}` };

/** Ordinals that do not serve at the moment, whatever the reason. */
function awayNow({ wanted }: SetInput, members: readonly Member[]): Set<number> {
  const settled = new Set(members.filter(isSettled).map(({ ordinal }) => ordinal));
  const all = Array.from({ length: replicasOf(wanted.set) }, (_, ordinal) => ordinal);
  return new Set(all.filter((ordinal) => !settled.has(ordinal)));
}

function mayGoDown({ wanted }: SetInput, away: ReadonlySet<number>, member: Member): boolean {
  const others = away.size - (away.has(member.ordinal) ? 1 : 0);
  return isDown(member) || others < maxUnavailableOf(wanted.set);
}

const overText = (count: number): string => (count === 1 ? "1 instance is" : `${count} instances are`);

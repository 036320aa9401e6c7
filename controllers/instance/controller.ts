import { canonicalJson } from "../../resources/canonical-json.ts";
import { Instance, type InstanceSpec } from "../../resources/instance.ts";
import { observedInstanceKey, specKey, statusKey, uidKey } from "../../resources/keys.ts";
import type { Binding } from "../../resources/status-record.ts";
import { timestamp } from "../../runtime/clock.ts";
import { done, type Result, requeueAfter } from "../../runtime/result.ts";
import type { Compare, Write } from "../../store/store.ts";
import { emptyPart, type TransactionPart } from "../../store/transaction-part.ts";
import { admittedUidPart } from "../cluster/admitted-uid.ts";
import type { ClusterView } from "../cluster/cluster-view.ts";
import { asSeen, commit } from "../cluster/commit.ts";
import type { ControllerDeps } from "../cluster/controller-deps.ts";
import { hypervisorStatus, hypervisorTail, releaseFromHypervisor, usageWith } from "../cluster/hypervisor-usage.ts";
import { type InstanceFacts, readInstance } from "../cluster/instance-facts.ts";
import { lastStepWaits } from "../cluster/last-step.ts";
import { resolveImage } from "../cluster/resolve-image.ts";
import { resolveSecrets } from "../cluster/resolve-secrets.ts";
import { specProblem } from "../cluster/spec-problem.ts";
import { type Transition, transitions } from "../cluster/transitions.ts";
import { UnreadableStatus } from "../cluster/unreadable-status.ts";
import { growthInQuota } from "./growth-in-quota.ts";
import { type InstancePlan, type PlanInput, planInstance } from "./plan.ts";
import type { Rebind } from "./plan-lost.ts";
import { type Rebooking, rebook } from "./rebook.ts";
import { relabelledPart } from "./relabelled.ts";
import { concernsAllocation, resize, type WritePlan } from "./resize.ts";

/** Room usually announces itself; an outside Placement may not. */
const RESIZE_RETRY_MS = 60_000;
/** A lost binding is somebody's emergency. */
const REBIND_RETRY_MS = 5_000;
/** The hypervisor's own status was lost with the others: it is written again at once. */
const ADMISSION_MS = 200;

/**
 * Everything about an instance but its scheduling: admission refusals, deletion, the assignment that follows from
 * the spec, the status that follows from what its host observed.
 */
export class InstanceController {
  readonly #deps: ControllerDeps;
  readonly #unreadable: UnreadableStatus;
  constructor(deps: ControllerDeps) {
    this.#deps = deps;
    this.#unreadable = new UnreadableStatus(deps);
  }

  async reconcile(tail: string): Promise<Result> {
    const { view, clock } = this.#deps;
    if (await this.#unreadable.stops(tail)) return done();
    const facts = readInstance(view, tail);
    const input: PlanInput = {
      facts,
      invalid: facts.spec && (specProblem(Instance, facts.spec.value.spec) ?? referenceProblem(view, facts)),
      resolveImage: (accepted) => resolveImage(view, accepted.spec as InstanceSpec),
      resolveSecrets: ({ spec }, image) =>
        resolveSecrets(view, { namespace: facts.namespace, spec: spec as InstanceSpec, image }),
      waits: (record) => lastStepWaits(view, facts, record),
      malformedSpecRevision: view.malformed(specKey(tail))?.createRevision,
      now: timestamp(clock),
    };
    return this.#execute(input, planInstance(input));
  }

  async #execute(input: PlanInput, plan: InstancePlan): Promise<Result> {
    const { facts } = input;
    switch (plan.kind) {
      case "nothing":
        return done();
      case "discard":
        await commit(this.#deps, discardPart(facts));
        return done();
      case "finish":
        await this.#finish(facts);
        return done();
      case "rebind":
        return this.#rebind(input, plan);
      case "write":
        return this.#writeInRoom(input, plan);
    }
  }

  /** One transaction, like a bind; neither the host nor its guest hears of it. */
  async #rebind(input: PlanInput, plan: Rebind): Promise<Result> {
    const { view, placement, clock } = this.#deps;
    const { facts } = input;
    const { status: _derived, binding, ...rest } = plan.record;
    const host = binding.hypervisor;
    const provider = hypervisorStatus(view, host)?.value.uid;
    if (!provider && view.spec(hypervisorTail(host))) return requeueAfter(ADMISSION_MS, `${host} is being admitted`);
    const isHost = (uuid: string): boolean => view.hypervisors.nameOf(uuid) !== undefined;
    const booking = provider ? await rebook({ placement, provider, isHost }, facts, plan) : noHypervisor(host);
    if (booking.kind === "refused") return this.#refuseRebind(input, host, booking.message);
    if (booking.kind === "booked")
      return this.#write(facts, { kind: "write", record: plan.record, writes: [] }, booking.part);
    const scheduling = { host, attempt: (facts.status?.value.scheduling?.attempt ?? 0) + 1, since: timestamp(clock) };
    const record = { ...rest, scheduling, status: facts.status?.value.status ?? {} };
    return this.#write(facts, { kind: "write", record, writes: [] });
  }

  async #refuseRebind(input: PlanInput, host: string, why: string): Promise<Result> {
    const message = `its status is lost, and ${host} alone has it assigned, but ${why}; tried again now and then: see what runs there, or restore its status key from a backup`;
    const plan = planInstance({ ...input, facts: { ...input.facts, lost: { kind: "unclear", message } } });
    if (plan.kind === "write") await this.#write(input.facts, plan);
    return requeueAfter(REBIND_RETRY_MS, "its binding cannot be rebuilt yet");
  }

  /** A growth that finds no room leaves the size as it is and carries on everything else. */
  async #writeInRoom(input: PlanInput, plan: WritePlan): Promise<Result> {
    const { view, placement } = this.#deps;
    const { facts } = input;
    const host = plan.record.binding?.hypervisor ?? "";
    const provider = hypervisorStatus(view, host)?.value.uid;
    if (!provider || !concernsAllocation(facts, plan)) return this.#write(facts, plan, emptyPart);
    const growth = growthInQuota(view, facts, plan);
    const change = growth.kind === "refused" ? growth : await resize(placement, facts, plan, provider);
    if (growth.kind === "part" && change.kind === "part")
      return this.#write(facts, plan, growth.part, change.part, usageWith(view, host, plan.assigned));
    const message = change.kind === "refused" ? change.message : "";
    const smaller = planInstance({ ...input, noRoom: message });
    if (smaller.kind === "write") await this.#write(facts, smaller, emptyPart);
    return requeueAfter(RESIZE_RETRY_MS, "no room to grow");
  }

  async #write(facts: InstanceFacts, plan: WritePlan, ...parts: readonly TransactionPart[]): Promise<Result> {
    const { uid } = plan.record;
    const spoken = [
      ...transitions(facts.status?.value.status.conditions ?? [], plan.record.status.conditions ?? []),
      ...(facts.lost?.kind === "found" && plan.record.binding ? [rebuilt(plan.record.binding)] : []),
    ];
    const subject = { uid: uid ?? "", kind: Instance.kind, namespace: facts.namespace, name: facts.name };
    const events = uid ? await this.#deps.events.writes(subject, spoken) : [];
    const own = {
      compares: seenCompares(facts),
      writes: [put(statusKey(facts.tail), plan.record), ...plan.writes, ...this.#staleTexts(plan), ...events],
    };
    const admitted = uid ? admittedUidPart(facts, uid) : emptyPart;
    await commit(this.#deps, own, admitted, relabelledPart(this.#deps.view, facts, plan), ...parts);
    return done();
  }

  /** Texts that the host was told once and is told no more: one may have been a Secret. */
  #staleTexts({ assigned }: WritePlan): Write[] {
    if (!assigned) return [];
    const { userData, networkConfig, vendorData } = assigned.guest;
    const told = new Set([userData, networkConfig, vendorData, assigned.machine.image.credentials]);
    const prefix = `assigned/${assigned.hypervisor}/data/${assigned.uid}/`;
    return this.#deps.view
      .keysUnder(prefix)
      .filter((key) => !told.has(key.slice(prefix.length)))
      .map(del);
  }

  /** S5: spec key, status, uid, assignment and allocation go in one transaction. */
  async #finish(facts: InstanceFacts): Promise<void> {
    const { placement, view } = this.#deps;
    const uid = facts.status?.value.uid;
    if (!uid) return;
    const release = await placement.release(uid);
    await commit(
      this.#deps,
      removalPart(facts, uid, (prefix) => view.keysUnder(prefix)),
      release,
      releaseFromHypervisor(view, facts),
    );
  }
}

/**
 * What a bound instance newly names and cannot have; it keeps what it has then. One that is not bound waits for it in
 * the scheduler. An Image that went away is no reason: its host has it. Nor is a Secret that did, for the same reason.
 */
function referenceProblem(view: ClusterView, facts: InstanceFacts): string | undefined {
  const { flavor, status, spec, assigned } = facts;
  if (!status?.value.binding || !spec) return undefined;
  if (!flavor.ok) return flavor.message;
  const { image } = spec.value.spec;
  const isOther = assigned && image && "name" in image && image.name !== assigned.value.machine.image.name;
  const found = isOther && resolveImage(view, spec.value.spec);
  return found && !found.ok ? `spec.image: ${found.message}` : userDataProblem(view, facts);
}

function userDataProblem(view: ClusterView, { namespace, status, spec }: InstanceFacts): string | undefined {
  const accepted = status?.value.accepted?.spec as InstanceSpec | undefined;
  const [before, userDataFrom] = [accepted, spec?.value.spec].map((it) => it?.cloudInit?.userDataFrom);
  if (!accepted || !userDataFrom || canonicalJson(before) === canonicalJson(userDataFrom)) return undefined;
  const found = resolveSecrets(view, { namespace, spec: { cloudInit: { userDataFrom } }, image: undefined });
  return found.ok || found.soon ? undefined : `spec.cloudInit.userDataFrom: ${found.message}`;
}

const noHypervisor = (host: string): Rebooking => ({
  kind: "refused",
  message: `there is no Hypervisor ${host} in this cluster`,
});

const rebuilt = ({ hypervisor }: Binding): Transition => ({
  type: "Warning",
  reason: "BindingRebuilt",
  message: `its status was lost; it is bound to ${hypervisor} again, as ${hypervisor} was told`,
});

const put = (key: string, value: unknown): Write => ({ op: "put", key, value: JSON.stringify(value) });
const del = (key: string): Write => ({ op: "delete", key });

/** Whatever the plan looked at must still stand when it is written. */
function seenCompares(facts: InstanceFacts): Compare[] {
  const compares: Compare[] = [asSeen(statusKey(facts.tail), facts.status)];
  if (facts.specProblem === undefined) compares.push(asSeen(specKey(facts.tail), facts.spec));
  if (facts.assigned) compares.push({ key: facts.assigned.key, modRevision: facts.assigned.modRevision });
  return compares;
}

function discardPart(facts: InstanceFacts): TransactionPart {
  const writes = [
    ...(facts.spec ? [del(specKey(facts.tail))] : []),
    ...(facts.status ? [del(statusKey(facts.tail))] : []),
  ];
  return { compares: seenCompares(facts), writes };
}

function removalPart(
  facts: InstanceFacts,
  uid: string,
  keysUnder: (prefix: string) => readonly string[],
): TransactionPart {
  const host = facts.status?.value.binding?.hypervisor;
  const ours = facts.spec && facts.identity.kind !== "refused";
  const compares = seenCompares(facts);
  if (facts.observedAny) compares.push({ key: facts.observedAny.key, modRevision: facts.observedAny.modRevision });
  const writes = [
    // A spec key that is not the admitted one stays: it is somebody else's new object.
    ...(ours ? [del(specKey(facts.tail))] : []),
    del(statusKey(facts.tail)),
    del(uidKey(uid)),
    ...(facts.assigned ? [del(facts.assigned.key)] : []),
    ...(host ? keysUnder(`assigned/${host}/data/${uid}/`).map(del) : []),
    ...(host && facts.observedAny ? [del(observedInstanceKey(host, uid))] : []),
  ];
  return { compares, writes };
}

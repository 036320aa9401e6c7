import type { Allocation } from "../../placement/placement.ts";
import { isPlacementError, type PlacementError } from "../../placement/placement-error.ts";
import { Instance, type InstanceSpec } from "../../resources/instance.ts";
import { INSTANCE_CONDITION, type InstanceStatus, REASON } from "../../resources/instance-status.ts";
import { statusKey } from "../../resources/keys.ts";
import type { StoredObject } from "../../resources/meta.ts";
import type { NamedImage, SecretTexts } from "../../resources/resolve-instance.ts";
import { specInForce } from "../../resources/spec-in-force.ts";
import type { StatusRecord } from "../../resources/status-record.ts";
import { timestamp } from "../../runtime/clock.ts";
import { TransientError } from "../../runtime/errors.ts";
import { done, type Result, requeueAfter } from "../../runtime/result.ts";
import { acceptedFrom } from "../cluster/accepted-spec.ts";
import type { Seen } from "../cluster/cluster-view.ts";
import { asSeen, commit } from "../cluster/commit.ts";
import type { ControllerDeps } from "../cluster/controller-deps.ts";
import { type InstanceFacts, isUnbound, readInstance } from "../cluster/instance-facts.ts";
import { unplacedStatus } from "../cluster/instance-status/unplaced-status.ts";
import { resolveImage } from "../cluster/resolve-image.ts";
import { resolveSecrets } from "../cluster/resolve-secrets.ts";
import { specProblem } from "../cluster/spec-problem.ts";
import { transitions } from "../cluster/transitions.ts";
import { admissionPart, bindPart } from "./bind.ts";
import type { Choice } from "./choose.ts";
import { claimedBefore } from "./claimed-before.ts";
import { findHost, hostsByProvider } from "./find-host.ts";

/** How long an instance that fits nowhere waits when nothing is heard of: capacity usually announces itself. */
const RECHECK_MS = 60_000;

interface Unbound {
  readonly facts: InstanceFacts;
  readonly spec: Seen<StoredObject<InstanceSpec>>;
  readonly record: StatusRecord<InstanceStatus>;
}

/** What the host is told beside the spec. */
interface Needs {
  readonly image: NamedImage | undefined;
  readonly texts: SecretTexts;
}
type ResolvedNeeds = ({ readonly ok: true } & Needs) | (Refusal & { readonly ok: false; readonly soon: boolean });

/** What is asked for, with what the Flavor gives. */
const wishOf = ({ record, spec }: Unbound): InstanceSpec => specInForce(record.accepted ?? spec.value);

interface Refusal {
  readonly reason: string;
  readonly message: string;
}

/** Binds unbound instances (architecture section 4). One pass at a time; correctness rests on the compares. */
export class Scheduler {
  readonly #deps: ControllerDeps;
  constructor(deps: ControllerDeps) {
    this.#deps = deps;
  }

  async reconcile(tail: string, signal?: AbortSignal): Promise<Result> {
    const unbound = this.#unbound(tail);
    if (!unbound) return done();
    const needs = this.#needsOf(unbound);
    if (!needs.ok) return needs.soon ? done() : this.#refuse(unbound, needs);
    try {
      return await this.#place(unbound, needs, signal);
    } catch (error) {
      if (isPlacementError(error)) return this.#placementSaid(unbound, error);
      throw error;
    }
  }

  /** What other objects have to give before it can be placed. */
  #needsOf({ facts, spec }: Unbound): ResolvedNeeds {
    const { view } = this.#deps;
    if (!facts.flavor.ok) return facts.flavor;
    const image = resolveImage(view, spec.value.spec);
    if (!image.ok) return image;
    const { namespace } = facts;
    const secrets = resolveSecrets(view, { namespace, spec: spec.value.spec, image: image.image });
    return secrets.ok ? { ...image, texts: secrets.texts } : secrets;
  }

  /** An invalid request is terminal until the spec changes; a lost race is run again; the rest is weather. */
  async #placementSaid(unbound: Unbound, error: PlacementError): Promise<Result> {
    const { code, message } = error;
    if (code === "InvalidRequest") {
      await this.#refuse(unbound, { reason: REASON.invalidRequest, message });
      return done();
    }
    if (code !== "Conflict" && code !== "NoCapacity")
      await this.#refuse(unbound, { reason: REASON.placementUnreachable, message });
    throw new TransientError(code, message, { cause: error });
  }

  #unbound(tail: string): Unbound | undefined {
    const { view } = this.#deps;
    if (view.problemOf(statusKey(tail)) !== undefined) return undefined;
    const facts = readInstance(view, tail);
    const { spec } = facts;
    if (!spec || !isUnbound(facts) || specProblem(Instance, spec.value.spec) !== undefined) return undefined;
    const record: StatusRecord<InstanceStatus> = {
      ...facts.status?.value,
      uid: spec.value.metadata.uid,
      specCreateRevision: spec.createRevision,
      accepted: acceptedFrom(spec.value, facts.flavor.ok ? facts.flavor.flavor : undefined),
      status: facts.status?.value.status ?? {},
    };
    return { facts, spec, record };
  }

  async #place(unbound: Unbound, needs: Needs, signal: AbortSignal | undefined): Promise<Result> {
    const { view, placement } = this.#deps;
    const spec = wishOf(unbound);
    const uid = unbound.spec.value.metadata.uid;
    const held = unbound.record.scheduling && (await placement.allocation(uid, signal));
    if (held) return this.#recover(unbound, this.#claimed(held, unbound), needs, signal);
    const found = await findHost(view, placement, { uid, spec }, signal);
    return "choice" in found ? this.#bind(unbound, found.choice, needs, signal) : this.#refuse(unbound, found.refusal);
  }

  #claimed(held: Allocation, unbound: Unbound): Choice | undefined {
    const interrupted = { wish: wishOf(unbound), scheduling: unbound.record.scheduling };
    return claimedBefore(held, interrupted, hostsByProvider(this.#deps.view));
  }

  /**
   * A claim was made and the bind was not: somebody died in between. What still fits is bound; anything else is given
   * back, after the intent was taken over, so that whoever made it can bind no more.
   */
  async #recover(
    unbound: Unbound,
    choice: Choice | undefined,
    needs: Needs,
    signal: AbortSignal | undefined,
  ): Promise<Result> {
    if (choice) return this.#bind(unbound, choice, needs, signal);
    const uid = unbound.spec.value.metadata.uid;
    const { facts } = await this.#intend(unbound, unbound.record.scheduling?.host ?? "");
    const release = await this.#deps.placement.release(uid, signal);
    if (release.writes.length > 0) await commit(this.#deps, { compares: [statusAsSeen(facts)], writes: [] }, release);
    return this.#place(this.#unbound(facts.tail) ?? unbound, needs, signal);
  }

  async #bind(
    unbound: Unbound,
    { host, candidate }: Choice,
    needs: Needs,
    signal: AbortSignal | undefined,
  ): Promise<Result> {
    const { view, placement, events } = this.#deps;
    const ready = placement.needsIntent ? await this.#intend(unbound, host.name) : unbound;
    const { facts, spec, record } = ready;
    const consumer = { uuid: spec.value.metadata.uid, project: facts.namespace, user: facts.namespace };
    const claim = await placement.claim(consumer, candidate, signal);
    const bound = bindPart({ view, facts, spec, host, ...needs, record, now: timestamp(this.#deps.clock) });
    const spoken = transitions(record.status.conditions ?? [], bound.record.status.conditions ?? []);
    const told = await events.writes(subject(facts, consumer.uuid), spoken);
    await commit(this.#deps, claim, bound.part, { compares: [], writes: told });
    return done();
  }

  /** Architecture 4.5 (a): where we are going to claim is on record before the claim, so nothing is forgotten. */
  async #intend(unbound: Unbound, host: string): Promise<Unbound> {
    const attempt = (unbound.record.scheduling?.attempt ?? 0) + 1;
    const scheduling = { host, attempt, since: timestamp(this.#deps.clock) };
    await this.#writeRecord(unbound, { ...unbound.record, scheduling });
    const again = this.#unbound(unbound.facts.tail);
    return again ?? unbound;
  }

  async #refuse(unbound: Unbound, { reason, message }: Refusal): Promise<Result> {
    const { record } = unbound;
    const accepted = { type: INSTANCE_CONDITION.accepted, status: "True", reason: REASON.admitted } as const;
    const status = unplacedStatus({ record, accepted, reason, message, now: timestamp(this.#deps.clock) });
    await this.#writeRecord(unbound, { ...record, status });
    return requeueAfter(RECHECK_MS, reason);
  }

  async #writeRecord(unbound: Unbound, record: StatusRecord<InstanceStatus>): Promise<void> {
    const { facts, spec } = unbound;
    if (JSON.stringify(record) === JSON.stringify(facts.status?.value)) return;
    const uid = spec.value.metadata.uid;
    const spoken = transitions(facts.status?.value.status.conditions ?? [], record.status.conditions ?? []);
    const told = await this.#deps.events.writes(subject(facts, uid), spoken);
    const writes = [{ op: "put", key: statusKey(facts.tail), value: JSON.stringify(record) } as const, ...told];
    await commit(this.#deps, admissionPart(this.#deps.view, facts, spec), { compares: [], writes });
  }
}

const statusAsSeen = (facts: InstanceFacts) => asSeen(statusKey(facts.tail), facts.status);

const subject = (facts: InstanceFacts, uid: string) => ({
  uid,
  kind: Instance.kind,
  namespace: facts.namespace,
  name: facts.name,
});

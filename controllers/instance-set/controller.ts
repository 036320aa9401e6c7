import { randomUUID } from "node:crypto";
import { canonicalJson } from "../../resources/canonical-json.ts";
import { Instance } from "../../resources/instance.ts";
import { InstanceSet, type InstanceSetSpec, type InstanceSetStatus } from "../../resources/instance-set.ts";
import { objectTail, parseTail, specKey, statusKey } from "../../resources/keys.ts";
import type { StatusRecord } from "../../resources/status-record.ts";
import { timestamp } from "../../runtime/clock.ts";
import { done, type Result } from "../../runtime/result.ts";
import type { Compare, Write } from "../../store/store.ts";
import type { TransactionPart } from "../../store/transaction-part.ts";
import { admit, type ObjectFacts, readObject, removalOf } from "../cluster/admit.ts";
import { deletionPart, releasePart } from "../cluster/ask-to-go.ts";
import { barred, isNamespaceDeleted, namespaceCompares, roomFor } from "../cluster/barred.ts";
import { asSeen, commit } from "../cluster/commit.ts";
import type { ControllerDeps } from "../cluster/controller-deps.ts";
import { lastStepWaits, withCondition } from "../cluster/last-step.ts";
import { readFlavor } from "../cluster/resolve-flavor.ts";
import { specProblem } from "../cluster/spec-problem.ts";
import { UnreadableStatus } from "../cluster/unreadable-status.ts";
import { subjectOf, writeRecord } from "../cluster/write-record.ts";
import type { SetInForce } from "./instance-set.ts";
import { templateOf } from "./member.ts";
import { MemberUpdates } from "./member-updates.ts";
import { planSet, type SetAction } from "./plan.ts";
import { readMembers } from "./read-members.ts";
import { planRevisions, readRevisions, revisionKeys } from "./revisions.ts";
import { setStatus } from "./set-status.ts";

type Facts = ObjectFacts<InstanceSetStatus>;
type Record = StatusRecord<InstanceSetStatus>;

/** So many revisions go in the last transaction of a set; what is over goes before. */
const REMOVED_AT_ONCE = 40;

/**
 * Keeps as many instances of a template as are asked for, and brings them to its changes. A set works from the spec
 * that was accepted last, so what is wrong with a newer one hurts nothing that runs. Keys are tails.
 */
export class InstanceSetController {
  readonly #deps: ControllerDeps;
  readonly #updates = new MemberUpdates();
  readonly #unreadable: UnreadableStatus;
  constructor(deps: ControllerDeps) {
    this.#deps = deps;
    this.#unreadable = new UnreadableStatus(deps);
  }

  async reconcile(tail: string): Promise<Result> {
    const { view, clock } = this.#deps;
    if (await this.#unreadable.stops(tail)) return done();
    const facts = readObject<InstanceSetStatus>(view, tail);
    const invalid = invalidity(facts);
    // A recorded uid was admitted before, whatever became of its status.
    const bar = facts.owner ? undefined : barred(view, tail);
    const record = admit<InstanceSetStatus>(facts, { invalid, bar, now: timestamp(clock) });
    if (!record || record.deletion) await this.#leave(facts, record);
    else if (record.uid === undefined || !record.accepted) await writeRecord(this.#deps, facts, record);
    else await this.#keep(facts, record, inForce(tail, record.uid, record.accepted.spec as InstanceSetSpec));
    return done();
  }

  async #keep(facts: Facts, record: Record, set: SetInForce): Promise<void> {
    const { view, clock } = this.#deps;
    const now = timestamp(clock);
    const members = readMembers(view, set);
    const inUse = new Set(members.flatMap((member) => templateOf(member) ?? []));
    const revision = planRevisions(set, readRevisions(view, set.uid), { inUse, now });
    const flavorOf = (flavor: string) => readFlavor(view, flavor)?.spec;
    const wanted = { set, revision: revision.name, now, flavorOf };
    const plan = planSet({
      wanted,
      members,
      room: roomFor(view, set.namespace, Instance.plural),
      namespaceGoes: isNamespaceDeleted(view, set.namespace),
      newUid: randomUUID,
      updateOf: (member) => this.#updates.of(wanted, member, clock.now()),
    });
    const generation = record.accepted?.generation ?? 0;
    const input = { set, members, plan, revision: revision.name, status: record.status, generation, now };
    const decided = { ...record, status: setStatus(input) };
    await writeRecord(this.#deps, facts, decided, revision.part);
    const written = view.status(set.tail);
    // Somebody wrote after us, perhaps a deletion: that is another pass.
    if (canonicalJson(written?.value) !== canonicalJson(decided)) return;
    const compares: Compare[] = [
      asSeen(statusKey(set.tail), written),
      ...(facts.spec ? [asSeen(specKey(set.tail), facts.spec)] : []),
    ];
    for (const action of plan.actions) await this.#act(set, action, compares);
  }

  /** Each in a transaction of its own; `compares`: the set is what was decided upon. */
  async #act(set: SetInForce, action: SetAction, compares: readonly Compare[]): Promise<void> {
    const said = wordsFor(action);
    const subject = subjectOf(set.tail, set.uid);
    const told = said ? await this.#deps.events.writes(subject, [{ type: "Normal", ...said }]) : [];
    await commit(this.#deps, this.#partOf(set, action), { compares, writes: told });
  }

  #partOf(set: SetInForce, action: SetAction): TransactionPart {
    const { view, clock } = this.#deps;
    if (action.do === "create") {
      const tail = objectTail(Instance, set.namespace, action.name);
      const absent = [specKey(tail), statusKey(tail)].map((key) => ({ key, absent: true }) as const);
      return { compares: [...absent, ...namespaceCompares(view, tail)], writes: [put(tail, action.object)] };
    }
    const facts = readObject(view, action.member.tail);
    if (action.do === "release") return releasePart(facts, set.uid);
    if (action.do === "delete") return deletionPart(facts, { cascade: "background", now: timestamp(clock) });
    const seen = { key: specKey(facts.tail), modRevision: action.member.revision };
    return { compares: [seen], writes: [put(facts.tail, action.object)] };
  }

  /** The garbage collector asks the instances to go, or lets them stay; the templates on record go with the set. */
  async #leave(facts: Facts, record: Record | undefined): Promise<void> {
    const { view, clock } = this.#deps;
    const waits = lastStepWaits(view, facts, record);
    if (record && waits) {
      const status = withCondition(record.status, waits, timestamp(clock));
      await writeRecord(this.#deps, facts, { ...record, status });
    }
    if (waits || (!facts.spec && !facts.status)) return;
    this.#updates.forget(facts.tail);
    const keys = record?.uid === undefined ? [] : revisionKeys(view, record.uid);
    const writes = keys.map((key): Write => ({ op: "delete", key }));
    while (writes.length > REMOVED_AT_ONCE)
      await commit(this.#deps, { compares: [], writes: writes.splice(0, REMOVED_AT_ONCE) });
    await commit(this.#deps, removalOf(facts), { compares: [], writes });
  }
}

function inForce(tail: string, uid: string, spec: InstanceSetSpec): SetInForce {
  const { namespace = "", name = "" } = parseTail(tail) ?? {};
  return { tail, namespace, name, uid, spec };
}

/** A selector that changed would let go of every instance. */
function invalidity({ spec, status }: Facts): string | undefined {
  if (!spec) return undefined;
  const accepted = status?.value.accepted?.spec as InstanceSetSpec | undefined;
  const wrong = specProblem(InstanceSet, spec.value.spec);
  if (wrong !== undefined || !accepted) return wrong;
  const { selector } = spec.value.spec as InstanceSetSpec;
  if (canonicalJson(selector) === canonicalJson(accepted.selector)) return undefined;
  return `spec.selector cannot change: it was ${JSON.stringify(accepted.selector.matchLabels)} when the set was admitted`;
}

function wordsFor(action: SetAction): { readonly reason: string; readonly message: string } | undefined {
  if (action.do === "create") return { reason: "Created", message: `instance ${action.name}` };
  if (action.do === "release")
    return {
      reason: "Released",
      message: `instance ${action.member.name} has not the labels of spec.selector any more`,
    };
  if (action.do === "delete")
    return { reason: "Deleted", message: `instance ${action.member.name}: ${action.because}` };
  return action.member.belongs === "free"
    ? { reason: "Adopted", message: `instance ${action.member.name}` }
    : undefined;
}

const put = (tail: string, object: unknown): Write => ({
  op: "put",
  key: specKey(tail),
  value: JSON.stringify(object),
});

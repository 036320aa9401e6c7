import { randomUUID } from "node:crypto";
import { COMMON_CONDITION, COMMON_REASON } from "../../resources/common-conditions.ts";
import type { ConditionFact } from "../../resources/conditions.ts";
import { objectTail, specKey } from "../../resources/keys.ts";
import { API_VERSION } from "../../resources/meta.ts";
import { DEFAULT_NAMESPACE, Namespace, type NamespaceStatus } from "../../resources/namespace.ts";
import type { StatusRecord } from "../../resources/status-record.ts";
import { timestamp } from "../../runtime/clock.ts";
import { done, type Result } from "../../runtime/result.ts";
import { admit, type ObjectFacts, readObject, removalOf } from "../cluster/admit.ts";
import { deletionPart } from "../cluster/ask-to-go.ts";
import { commit } from "../cluster/commit.ts";
import type { ControllerDeps } from "../cluster/controller-deps.ts";
import { lastStepWaits, withCondition } from "../cluster/last-step.ts";
import { specProblem } from "../cluster/spec-problem.ts";
import { UnreadableStatus } from "../cluster/unreadable-status.ts";
import { writeRecord } from "../cluster/write-record.ts";
import { type ContentStep, readContent, unadmittedRemoval } from "./content.ts";
import { contentRemains } from "./content-remains.ts";
import { isDeletionRefused, withoutDeletion } from "./default-stays.ts";

type Facts = ObjectFacts<NamespaceStatus>;
type Record = StatusRecord<NamespaceStatus>;

/** Admits Namespaces, makes `default`, empties those that are to go and lets go of the empty ones. */
export class NamespaceController {
  readonly #deps: ControllerDeps;
  readonly #unreadable: UnreadableStatus;
  constructor(deps: ControllerDeps) {
    this.#deps = deps;
    this.#unreadable = new UnreadableStatus(deps);
  }

  async reconcile(name: string): Promise<Result> {
    const tail = objectTail(Namespace, undefined, name);
    if (await this.#unreadable.stops(tail)) return done();
    const stored = readObject<NamespaceStatus>(this.#deps.view, tail);
    if (name === DEFAULT_NAMESPACE && !stored.spec && !stored.status) await this.#createDefault(tail);
    else await this.#decide(name, stored);
    return done();
  }

  async #decide(name: string, stored: Facts): Promise<void> {
    const { view, clock } = this.#deps;
    const facts = withoutDeletion(name, stored);
    const invalid = facts.spec && specProblem(Namespace, facts.spec.value.spec);
    const record = admit<NamespaceStatus>(facts, { invalid, now: timestamp(clock) });
    const content = !record || record.deletion ? readContent(view, name) : [];
    const waits = contentRemains(content) ?? lastStepWaits(view, facts, record);
    if (waits) await this.#empty(facts, record, content, waits);
    else if (!record || record.deletion) await this.#finish(facts);
    else await this.#write(facts, record, isDeletionRefused(name, stored) ? DEFAULT_STAYS : undefined);
  }

  async #finish(facts: Facts): Promise<void> {
    if (facts.spec || facts.status) await commit(this.#deps, removalOf(facts));
  }

  /** The deletion is on record before the first object is asked to go; one that cannot go holds up no other. */
  async #empty(
    facts: Facts,
    record: Record | undefined,
    content: readonly ContentStep[],
    waits: ConditionFact,
  ): Promise<void> {
    if (!record?.deletion) return;
    await this.#write(facts, record, waits);
    for (const step of content) await this.#take(step);
  }

  async #take(step: ContentStep): Promise<void> {
    if (step.do === "wait") return;
    const { facts } = step;
    if (step.do === "delete") {
      const part = deletionPart(facts, { cascade: "background", now: timestamp(this.#deps.clock) });
      if (part.writes.length > 0) await commit(this.#deps, part);
      return;
    }
    await commit(this.#deps, unadmittedRemoval(this.#deps.view, facts));
  }

  #write(facts: Facts, record: Record, fact: ConditionFact | undefined): Promise<void> {
    const phase = record.deletion ? "Terminating" : "Active";
    const status = withCondition(record.status, fact, timestamp(this.#deps.clock));
    return writeRecord(this.#deps, facts, { ...record, status: record.uid ? { ...status, phase } : status });
  }

  async #createDefault(tail: string): Promise<void> {
    const key = specKey(tail);
    const metadata = {
      name: DEFAULT_NAMESPACE,
      uid: randomUUID(),
      generation: 1,
      creationTimestamp: timestamp(this.#deps.clock),
    };
    const object = { apiVersion: API_VERSION, kind: Namespace.kind, metadata, spec: {} };
    await commit(this.#deps, {
      compares: [{ key, absent: true }],
      writes: [{ op: "put", key, value: JSON.stringify(object) }],
    });
  }
}

const DEFAULT_STAYS: ConditionFact = {
  type: COMMON_CONDITION.deletionFinished,
  status: "False",
  reason: COMMON_REASON.deletionNotAllowed,
  message: `namespace ${DEFAULT_NAMESPACE} cannot be deleted: its deletion is not heard`,
};

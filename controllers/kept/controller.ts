import { type ConditionFact, setCondition } from "../../resources/conditions.ts";
import type { StatusRecord } from "../../resources/status-record.ts";
import { timestamp } from "../../runtime/clock.ts";
import { done, type Result } from "../../runtime/result.ts";
import { admissionPart, admit, type ObjectFacts, type PlainStatus, readObject, removalOf } from "../cluster/admit.ts";
import { barred } from "../cluster/barred.ts";
import { commit } from "../cluster/commit.ts";
import type { ControllerDeps } from "../cluster/controller-deps.ts";
import { lastStepWaits, withCondition } from "../cluster/last-step.ts";
import { present } from "../cluster/present.ts";
import { specProblem } from "../cluster/spec-problem.ts";
import { UnreadableStatus } from "../cluster/unreadable-status.ts";
import type { KeptKind } from "./kept-kind.ts";

/** Admits objects that others refer to, and keeps one as long as somebody does: Images, Flavors, Secrets. */
export class KeptController {
  readonly #deps: ControllerDeps;
  readonly #kept: KeptKind;
  readonly #unreadable: UnreadableStatus;
  constructor(deps: ControllerDeps, kept: KeptKind) {
    this.#deps = deps;
    this.#kept = kept;
    this.#unreadable = new UnreadableStatus(deps);
  }

  async reconcile(tail: string): Promise<Result> {
    const { view, clock } = this.#deps;
    if (await this.#unreadable.stops(tail)) return done();
    const facts = readObject<PlainStatus>(view, tail);
    const now = timestamp(clock);
    const bar = facts.status?.value.uid === undefined ? barred(view, tail) : undefined;
    const record = admit<PlainStatus>(facts, { invalid: this.#problem(facts), bar, now });
    const users = record?.deletion ? this.#kept.usersOf(view, tail) : [];
    const waits = lastStepWaits(view, facts, record);
    const isDone = !record || (record.deletion !== undefined && users.length === 0);
    if (isDone && !waits) await this.#remove(facts);
    else if (record)
      await this.#write(facts, { ...record, status: this.#statusOf(tail, record, { users, waits, now }) });
    return done();
  }

  async #remove(facts: Facts): Promise<void> {
    if (facts.spec || facts.status) await commit(this.#deps, removalOf(facts));
  }

  async #write(facts: Facts, record: StatusRecord<PlainStatus>): Promise<void> {
    const part = admissionPart(facts, record);
    if (part) await commit(this.#deps, part);
  }

  #problem({ spec, tail }: Facts): string | undefined {
    const { kind, problem } = this.#kept;
    return spec && (specProblem(kind, spec.value.spec) ?? problem?.(spec.value.spec, tail, this.#deps.view));
  }

  #statusOf(tail: string, record: StatusRecord<PlainStatus>, { users, waits, now }: Waits): PlainStatus {
    const news = record.uid === undefined ? {} : (this.#kept.news?.(this.#deps.view, tail, record) ?? {});
    const status = { ...record.status, ...present(news) };
    if (users.length === 0) return record.deletion ? withCondition(status, waits, now) : status;
    const message = `deletion waits until nothing ${this.#kept.use} any more: ${users.join(", ")}`;
    const inUse = { type: "Ready", status: "False", reason: "InUse", message } as const;
    return { ...status, conditions: setCondition(status.conditions ?? [], inUse, now) };
  }
}

type Facts = ObjectFacts<PlainStatus>;

interface Waits {
  readonly users: readonly string[];
  readonly waits: ConditionFact | undefined;
  readonly now: string;
}

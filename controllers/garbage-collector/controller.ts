import { statusKey, uidKey } from "../../resources/keys.ts";
import { timestamp } from "../../runtime/clock.ts";
import { done, type Result } from "../../runtime/result.ts";
import type { Compare } from "../../store/store.ts";
import { type ObjectFacts, type PlainStatus, readObject } from "../cluster/admit.ts";
import { deletionPart, releasePart } from "../cluster/ask-to-go.ts";
import type { CascadeStep } from "../cluster/cascade.ts";
import { commit } from "../cluster/commit.ts";
import type { ControllerDeps } from "../cluster/controller-deps.ts";
import { cascadeOf } from "../cluster/last-step.ts";
import { ownersOf, standingOf } from "../cluster/ownership.ts";
import { writeRecord } from "../cluster/write-record.ts";
import { withOwnersFound } from "./owners-found.ts";

/**
 * Carries the recorded deletion of an owner on to what names it, and tells objects whose owner is not there. Keys are
 * tails of objects of any kind. What a missing owner meant is nobody's to guess: nothing is deleted for it (S7).
 */
export class GarbageCollector {
  readonly #deps: ControllerDeps;
  constructor(deps: ControllerDeps) {
    this.#deps = deps;
  }

  async reconcile(tail: string): Promise<Result> {
    const { view } = this.#deps;
    if (view.problemOf(statusKey(tail)) !== undefined) return done();
    const facts = readObject(view, tail);
    for (const step of cascadeOf(view, tail, facts.status?.value)) await this.#take(facts, step);
    await this.#tellOfOwners(facts);
    return done();
  }

  /** Compares the uid's record, which goes with the owner: whoever still has it is still in deletion (S3). */
  async #take(owner: ObjectFacts<PlainStatus>, step: CascadeStep): Promise<void> {
    const { view, clock } = this.#deps;
    const { uid = "", deletion } = owner.status?.value ?? {};
    if (step.do === "wait") return;
    const dependent = readObject(view, step.dependent.tail);
    const cascade = deletion?.cascade === "foreground" ? "foreground" : "background";
    const part =
      step.do === "delete" ? deletionPart(dependent, { cascade, now: timestamp(clock) }) : releasePart(dependent, uid);
    if (part.writes.length > 0) await commit(this.#deps, part, { compares: this.#stillThere(uid), writes: [] });
  }

  #stillThere(uid: string): Compare[] {
    const seen = this.#deps.view.uid(uid);
    return [seen ? { key: uidKey(uid), modRevision: seen.modRevision } : { key: uidKey(uid), absent: true }];
  }

  async #tellOfOwners(facts: ObjectFacts<PlainStatus>): Promise<void> {
    const record = facts.status?.value;
    if (record?.uid === undefined || record.deletion) return;
    const { view, clock } = this.#deps;
    const standings = ownersOf(facts).map((reference) => ({
      reference,
      standing: standingOf(view, facts.tail, reference),
    }));
    const status = withOwnersFound(record.status, standings, timestamp(clock));
    await writeRecord(this.#deps, facts, { ...record, status });
  }
}

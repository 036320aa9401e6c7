import type { AddressReport, Progress } from "../../hypervisor/hypervisor.ts";
import type { AssignedInstance } from "../../resources/assignment.ts";
import { UID_PATTERN } from "../../resources/meta.ts";
import { done, type Result, requeueAfter } from "../../runtime/result.ts";
import { REASON_UNREADABLE } from "../cluster/unreadable-assignment.ts";
import { AddressBook } from "./address-book.ts";
import { inspect } from "./inspect.ts";
import { isRunning, type MachineFacts } from "./machine-facts.ts";
import type { NodeDeps } from "./node-deps.ts";
import type { UnreadableAssignment } from "./node-view.ts";
import { observe, stateOf } from "./observe.ts";
import { observeUnreadable } from "./observe-unreadable.ts";
import { report, withdraw } from "./report.ts";
import type { Rest, Step } from "./step.ts";

/** At most one progress report in this time. */
const PROGRESS_MS = 2_000;
/** The picture needs a moment to show an assignment that was newer than ours. */
const STALE_RETRY_MS = 20;

export interface SeenAssignment {
  readonly assigned: AssignedInstance;
  readonly revision: number;
}

/** Says what a pass found, and when it is worth looking again. */
export class InstanceReporter {
  readonly #deps: NodeDeps;
  readonly #addresses: AddressBook;

  constructor(deps: NodeDeps) {
    this.#deps = deps;
    this.#addresses = new AddressBook(deps.hypervisor, deps.clock);
  }

  /** Takes the progress of a long step. For people: a report that fails is made up for by the next one. */
  progress(seen: SeenAssignment, facts: MachineFacts, step: Step): (progress: Progress) => void {
    let next = 0;
    return (progress) => {
      const now = this.#deps.clock.monotonic();
      if (now < next) return;
      next = now + PROGRESS_MS;
      report(this.#deps, observe({ ...facts, ...UNKNOWN, step, progress }), seen.revision).catch(() => {});
    };
  }

  /** The end of a pass. */
  async settle(seen: SeenAssignment, facts: MachineFacts, step: Rest): Promise<Result> {
    const { assigned } = seen;
    const { uid, desired } = assigned;
    const digest = facts.image?.digest ?? this.knownDigest(uid);
    const addresses = await this.#addressesOf(facts, step);
    const record = observe({ ...facts, digest, step, addresses, problem: step.problem, retryAt: this.#retryAt(step) });
    // The way down of what is being deleted is not told, unless there is or was trouble: the status says Terminating.
    const hasTrouble = record.problem ?? this.#deps.view.observed(uid)?.value.problem;
    const quiet = desired === "Absent" && record.state === "Stopping" && !hasTrouble;
    if (!quiet && !(await report(this.#deps, record, seen.revision)))
      return requeueAfter(STALE_RETRY_MS, "assignment changed");
    return nextLook(step, addresses);
  }

  /** S7: a missing assignment means keep what runs, start nothing, say so. */
  async unassigned(uid: string): Promise<Result> {
    const last = this.#deps.view.observed(uid)?.value;
    if (!last || last.unassigned) return done();
    const { machine, unreadable } = await inspect(this.#deps.hypervisor, uid);
    if (!machine) {
      // All there was to say was that it could not be read.
      if (last.problem?.reason === REASON_UNREADABLE && unreadable === undefined) await withdraw(this.#deps, uid);
      return done();
    }
    const state = isRunning(machine) ? "Running" : "Stopped";
    await report(this.#deps, { ...last, state, unassigned: true }, undefined);
    return done();
  }

  /** S8: nothing is done over an assignment that cannot be read, and that is what is said. */
  async unreadable(uid: string, unreadable: UnreadableAssignment): Promise<Result> {
    if (!isUid(uid)) return done();
    const last = this.#deps.view.observed(uid)?.value;
    const { machine } = await inspect(this.#deps.hypervisor, uid);
    const record = observeUnreadable({ uid, unreadable, last, machine });
    if (record && !(await report(this.#deps, record, unreadable.revision)))
      return requeueAfter(STALE_RETRY_MS, "assignment changed");
    return done();
  }

  /** What we said last: a restarted process goes on saying it without asking the cache again. */
  knownDigest(uid: string): string | undefined {
    return this.#deps.view.observed(uid)?.value.image?.digest;
  }

  forget(uid: string): void {
    this.#addresses.forget(uid);
  }

  async #addressesOf({ assigned, machine }: MachineFacts, step: Rest): Promise<AddressReport | undefined> {
    if (stateOf({ assigned, machine, step, problem: step.problem }) !== "Running") return undefined;
    return this.#addresses.of(assigned.uid, machine?.domain?.startedAt);
  }

  #retryAt({ retryInMs, retryAt }: Rest): string | undefined {
    if (retryAt !== undefined) return retryAt;
    return retryInMs === undefined ? undefined : new Date(this.#deps.clock.now() + retryInMs).toISOString();
  }
}

const isUid = (text: string): boolean => new RegExp(UID_PATTERN).test(text);

const UNKNOWN = { digest: undefined, addresses: undefined, problem: undefined, retryAt: undefined } as const;

/** Whichever is due first; a pass for the addresses takes no step that has to wait. */
function nextLook({ recheckMs, problem }: Rest, addresses: AddressReport | undefined): Result {
  const refreshMs = addresses && AddressBook.recheckMs(addresses);
  if (recheckMs !== undefined && recheckMs <= (refreshMs ?? recheckMs))
    return requeueAfter(recheckMs, problem?.reason ?? "waiting");
  return refreshMs === undefined ? done() : requeueAfter(refreshMs, "addresses");
}

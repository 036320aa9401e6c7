import type { AssignedInstance } from "../../resources/assignment.ts";
import { canonicalJson } from "../../resources/canonical-json.ts";
import { TransientError } from "../../runtime/errors.ts";
import type { Effect } from "./step.ts";

interface Running {
  readonly abort: AbortController;
  readonly serves: AssignedInstance;
}

interface Run {
  readonly assigned: AssignedInstance;
  readonly step: Effect;
  /** Of the pass. */
  readonly signal: AbortSignal;
}

/** Downloads and copies under way, one per uid at most, each ended as soon as nobody wants its result any more. */
export class LongSteps {
  readonly #running = new Map<string, Running>();

  /** Ends the long step of a uid whose assignment (undefined: none) no longer asks for it. */
  assignmentChanged(uid: string, now: AssignedInstance | undefined): void {
    const running = this.#running.get(uid);
    if (running && (!now || servesKey(now) !== servesKey(running.serves)))
      running.abort.abort(new TransientError("Superseded", "the assignment changed"));
  }

  /** Runs a step with a signal that also aborts when the assignment changes; short steps are not interrupted. */
  async run({ assigned, step, signal }: Run, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const isLong = step.do === "fetchImage" || step.do === "createDisk";
    if (!isLong) return work(signal);
    const abort = new AbortController();
    this.#running.set(assigned.uid, { abort, serves: assigned });
    try {
      await work(AbortSignal.any([signal, abort.signal]));
    } finally {
      this.#running.delete(assigned.uid);
    }
  }
}

/** What a long step is for: as long as this stays, it may go on. */
const servesKey = ({ desired, machine, recreateToken }: AssignedInstance): string => {
  // Not the digest: it becomes known while hosts download, and what they have is compared with it afterwards.
  const { source, checksum, format } = machine.image;
  return canonicalJson([desired, source, checksum ?? null, format ?? null, machine.disk, recreateToken ?? null]);
};

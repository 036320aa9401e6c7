import type { Problem } from "../../resources/observed.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Effect, Rest } from "./step.ts";

/** The first wait after a failure; each further one of the same reason is twice as long. */
const FIRST_MS = 5_000;
const LONGEST_MS = 5 * 60_000;
/** What only another assignment can mend is tried again this seldom: a wrong checksum costs a download each time. */
const HOPELESS_MS = 10 * 60_000;
/** Terminal, but the host decides and may change: looked at like what is not. */
const OF_THE_HOST: ReadonlySet<string> = new Set(["NameTaken", "DefineRefused"]);
/** The hypervisor says when it is back: the wait does not grow. */
const OF_THE_CONNECTION = "LibvirtUnreachable";

/** A step that failed, for the assignment (revision of its key) it was taken for. */
export interface FailedStep {
  readonly step: Effect["do"];
  readonly revision: number;
  readonly problem: Problem;
}

interface Remembered extends FailedStep {
  readonly count: number;
  readonly until: number;
  /** The same for people, and the same in each pass: a report that says nothing new is not written. */
  readonly retryAt: string;
}

/**
 * Which steps failed and when each may be taken again, per uid. Passes in between, whatever caused them, do not take
 * it earlier; another assignment may at once. Lost with the process: that costs one try.
 */
export class FailedSteps {
  readonly #clock: Clock;
  readonly #failed = new Map<string, Remembered>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The wait that is due. */
  failed(uid: string, failed: FailedStep): Rest {
    const before = this.#failed.get(uid);
    const isAgain = before && isSame(before, failed) && before.problem.reason === failed.problem.reason;
    const count = isAgain ? before.count + 1 : 1;
    const wait = waitMs(failed.problem, count);
    const retryAt = new Date(this.#clock.now() + wait).toISOString();
    const until = this.#clock.monotonic() + wait;
    this.#failed.set(uid, { ...failed, count, until, retryAt });
    return { do: "nothing", problem: failed.problem, failed: failed.step, recheckMs: wait, retryAt };
  }

  /** Instead of the step, while it has to wait; `undefined`: it may be taken. */
  rest(uid: string, wanted: Pick<FailedStep, "step" | "revision">): Rest | undefined {
    const failed = this.#failed.get(uid);
    if (!failed || !isSame(failed, wanted)) return undefined;
    const { problem, step, retryAt } = failed;
    const left = failed.until - this.#clock.monotonic();
    return left > 0 ? { do: "nothing", problem, failed: step, recheckMs: left, retryAt } : undefined;
  }

  /** What these reasons come from has changed: whatever waits for it may be taken now. Whom it concerns. */
  due(reasons: ReadonlySet<string>): string[] {
    const concerned = [...this.#failed].filter(([, { problem }]) => reasons.has(problem.reason));
    const until = this.#clock.monotonic();
    for (const [uid, failed] of concerned) this.#failed.set(uid, { ...failed, until });
    return concerned.map(([uid]) => uid);
  }

  forget(uid: string): void {
    this.#failed.delete(uid);
  }
}

const isSame = (a: Pick<FailedStep, "step" | "revision">, b: Pick<FailedStep, "step" | "revision">): boolean =>
  a.step === b.step && a.revision === b.revision;

function waitMs({ reason, terminal }: Problem, count: number): number {
  if (terminal && !OF_THE_HOST.has(reason)) return HOPELESS_MS;
  return reason === OF_THE_CONNECTION ? FIRST_MS : Math.min(LONGEST_MS, FIRST_MS * 2 ** (count - 1));
}

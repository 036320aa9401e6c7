import type { MachineState } from "../../hypervisor/hypervisor.ts";
import type { AssignedInstance } from "../../resources/assignment.ts";
import { canonicalJson } from "../../resources/canonical-json.ts";
import type { Problem } from "../../resources/observed.ts";
import type { Clock } from "../../runtime/clock.ts";
import { isRunning, type MachineMemory } from "./machine-facts.ts";
import type { Step } from "./step.ts";

/** A domain that ran so long before it ended starts its back-off from the beginning. */
const STABLE_MS = 5 * 60_000;

type Mutable = { -readonly [K in keyof MachineMemory]?: MachineMemory[K] | undefined } & {
  failures: number;
  /** When it was first seen running; undefined: not running when last seen. */
  runningSince?: number | undefined;
  /** What the failures were made with. */
  specRevision?: number;
};

/** What this process remembers of each machine between passes (see MachineMemory). */
export class MachineMemories {
  readonly #clock: Clock;
  readonly #memories = new Map<string, Mutable>();
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes in what a pass saw and gives what the plan may use. */
  saw(uid: string, machine: MachineState | undefined, { desired, specRevision }: AssignedInstance): MachineMemory {
    const memory = this.#of(uid);
    // Somebody changed something, perhaps what was wrong: a new try does not wait for the old ones.
    if (memory.specRevision !== specRevision) Object.assign(memory, { failures: 0, problem: undefined, specRevision });
    if (isRunning(machine)) this.#running(memory);
    else this.#ended(memory, desired === "Running" && machine?.domain?.stopReason !== "Requested");
    return memory as MachineMemory;
  }

  #running(memory: Mutable): void {
    memory.runningSince ??= this.#clock.monotonic();
    memory.preparedFor = undefined;
    memory.builtFor = undefined;
  }

  /** It runs as it should: a request to shut down that it did not follow is void. */
  runsAsWished(uid: string): void {
    Object.assign(this.#of(uid), { askedAt: undefined, lastAskedAt: undefined });
  }

  /** `byItself`: nobody of ours had a hand in it. */
  #ended(memory: Mutable, byItself: boolean): void {
    const now = this.#clock.monotonic();
    if (memory.runningSince !== undefined && memory.askedAt === undefined && byItself) {
      memory.failures = now - memory.runningSince > STABLE_MS ? 1 : memory.failures + 1;
      memory.endedAt = now;
    }
    Object.assign(memory, { runningSince: undefined, askedAt: undefined, lastAskedAt: undefined });
  }

  did(uid: string, step: Step, assigned: AssignedInstance): void {
    const memory = this.#of(uid);
    const now = this.#clock.monotonic();
    // Pulling the plug is our doing too: the end that follows is not the guest's.
    if (step.do === "requestShutdown" || step.do === "destroy") memory.askedAt ??= now;
    if (step.do === "requestShutdown") memory.lastAskedAt = now;
    if (step.do === "growDisk") memory.grownTo = step.bytes;
    if (step.do === "removeDisk") memory.grownTo = undefined;
    if (step.do === "createDisk") memory.builtFor = assigned.specRevision;
    if (step.do === "prepare") {
      memory.preparedFor = canonicalJson(step.tags);
      memory.builtFor = undefined;
    }
    if (step.do !== "start") return;
    memory.preparedFor = undefined;
    memory.problem = undefined;
  }

  /** A start that was refused counts like an end. */
  startFailed(uid: string, problem: Problem): void {
    const memory = this.#of(uid);
    memory.problem = problem;
    memory.failures++;
    memory.endedAt = this.#clock.monotonic();
    memory.preparedFor = undefined;
  }

  forget(uid: string): void {
    this.#memories.delete(uid);
  }

  #of(uid: string): Mutable {
    const memory = this.#memories.get(uid) ?? { failures: 0 };
    this.#memories.set(uid, memory);
    return memory;
  }
}

import { type HypervisorError, isHypervisorError } from "../../hypervisor/hypervisor-error.ts";
import type { AssignedInstance } from "../../resources/assignment.ts";
import type { Problem } from "../../resources/observed.ts";
import type { ReconcileContext } from "../../runtime/controller.ts";
import { TransientError } from "../../runtime/errors.ts";
import type { Result } from "../../runtime/result.ts";
import { executeStep } from "./execute-step.ts";
import { FailedSteps } from "./failed-steps.ts";
import { inspect } from "./inspect.ts";
import { InstanceReporter, type SeenAssignment } from "./instance-reporter.ts";
import { LongSteps } from "./long-steps.ts";
import { isRunning, type MachineFacts } from "./machine-facts.ts";
import { MachineMemories } from "./machine-memories.ts";
import { nextStep } from "./machine-plan.ts";
import type { NodeDeps } from "./node-deps.ts";
import type { Effect } from "./step.ts";

/** A pass that needs more steps than this runs in circles: better to say so than to spin. */
const MAX_STEPS = 24;

/** A libvirt that is away is weather, told by the host's condition, not a defect of each pass. */
function unreachable(error: unknown): never {
  if (!isHypervisorError(error)) throw error;
  throw new TransientError(error.code, error.message, { cause: error });
}

/** One look and the step that follows from it. */
interface Turn {
  readonly seen: SeenAssignment;
  readonly facts: MachineFacts;
  readonly step: Effect;
}

/**
 * Makes libvirt match the assignment of one uid. A pass takes one step at a time and looks again at assignment,
 * domain and lease before the next; what it sees at the end is reported.
 */
export class InstanceReconciler {
  readonly #deps: NodeDeps;
  readonly #memories: MachineMemories;
  readonly #reporter: InstanceReporter;
  readonly #long = new LongSteps();
  readonly #failedSteps: FailedSteps;

  constructor(deps: NodeDeps) {
    this.#deps = deps;
    this.#memories = new MachineMemories(deps.clock);
    this.#reporter = new InstanceReporter(deps);
    this.#failedSteps = new FailedSteps(deps.clock);
  }

  /** Ends a long step of a uid whose assignment no longer asks for it. */
  assignmentChanged(uid: string): void {
    this.#long.assignmentChanged(uid, this.#deps.view.assigned(uid)?.value);
  }

  /** The host has changed: steps that failed for one of these reasons need not wait. The uids to look at. */
  hostChanged(reasons: ReadonlySet<string>): readonly string[] {
    return this.#failedSteps.due(reasons);
  }

  async reconcile(uid: string, context: ReconcileContext): Promise<Result> {
    const { view } = this.#deps;
    for (let count = 0; count < MAX_STEPS; count++) {
      context.signal.throwIfAborted();
      // What our own steps made the hypervisor tell is seen now, and needs no pass of its own.
      context.covered();
      const unreadable = view.unreadable(uid);
      if (unreadable) return this.#reporter.unreadable(uid, unreadable).catch(unreachable);
      const seen = view.assigned(uid);
      if (!seen) return this.#reporter.unassigned(uid);
      const outcome = await this.#turn({ assigned: seen.value, revision: seen.modRevision }, context);
      if (outcome) return outcome;
    }
    throw new Error(`no end after ${MAX_STEPS} steps`);
  }

  /** Undefined: a step was done, look again. */
  async #turn(seen: SeenAssignment, context: ReconcileContext): Promise<Result | undefined> {
    const { uid } = seen.assigned;
    const facts = await this.#look(seen.assigned, context.signal);
    const step = nextStep(facts);
    if (step.do === "nothing") {
      if (step.recheckMs === undefined && isRunning(facts.machine)) this.#memories.runsAsWished(uid);
      const result = await this.#reporter.settle(seen, facts, step);
      if (seen.assigned.desired === "Absent" && !facts.machine && !step.problem) this.#forget(uid);
      return result;
    }
    const rest = this.#failedSteps.rest(uid, { step: step.do, revision: seen.revision });
    if (rest) return this.#reporter.settle(seen, facts, rest);
    try {
      await this.#execute({ seen, facts, step }, context);
      this.#memories.did(uid, step, seen.assigned);
      this.#failedSteps.forget(uid);
      return undefined;
    } catch (error) {
      if (isHypervisorError(error)) return this.#failed({ seen, facts, step }, error, context);
      throw error;
    }
  }

  async #look(assigned: AssignedInstance, signal: AbortSignal): Promise<MachineFacts> {
    const { hypervisor, clock, held } = this.#deps;
    const { uid, desired } = assigned;
    const { machine, ...unknown } = await inspect(hypervisor, uid, signal).catch(unreachable);
    const askCache = desired === "Running" && !(machine?.disk && this.#reporter.knownDigest(uid));
    const image = askCache ? await hypervisor.cachedImage(assigned.machine.image) : undefined;
    const memory = this.#memories.saw(uid, machine, assigned);
    // Asked only where a start may follow: it reads the kernel's clock.
    const mayStart = desired === "Running" && !isRunning(machine);
    return { assigned, machine, ...unknown, image, held: mayStart && held(), now: clock.monotonic(), memory };
  }

  async #execute({ seen, facts, step }: Turn, { signal, log }: ReconcileContext): Promise<void> {
    const { assigned } = seen;
    log.info({ step: step.do, instance: `${assigned.namespace}/${assigned.name}` }, "step");
    const onProgress = this.#reporter.progress(seen, facts, step);
    await this.#long.run({ assigned, step, signal }, (either) =>
      executeStep(this.#deps, { assigned, step, signal: either, onProgress }),
    );
  }

  /** A refused start backs off like an end; any other step waits as FailedSteps says, and the problem is told. */
  async #failed(
    { seen, facts, step }: Turn,
    error: HypervisorError,
    { log }: ReconcileContext,
  ): Promise<Result | undefined> {
    const { code, message, terminal } = error;
    const { uid } = seen.assigned;
    log.warn({ step: step.do, code, error: message }, "step failed");
    const problem: Problem = { reason: code, message, terminal };
    if (step.do === "start") {
      this.#memories.startFailed(uid, problem);
      return undefined;
    }
    const rest = this.#failedSteps.failed(uid, { step: step.do, revision: seen.revision, problem });
    const found = await inspect(this.#deps.hypervisor, uid);
    return this.#reporter.settle(seen, { ...facts, ...found }, rest);
  }

  #forget(uid: string): void {
    this.#memories.forget(uid);
    this.#failedSteps.forget(uid);
    this.#reporter.forget(uid);
  }
}

import { Backoff } from "../runtime/backoff.ts";
import { startBatchController } from "../runtime/batch-controller.ts";
import { type Controller, type Reconcile, startController } from "../runtime/controller.ts";
import { CompareProviders } from "./allocations/compare-providers.ts";
import { AllocationsController } from "./allocations/controller.ts";
import type { ControllerDeps } from "./cluster/controller-deps.ts";
import { GarbageCollector } from "./garbage-collector/controller.ts";
import { HypervisorController } from "./hypervisor/controller.ts";
import { InstanceController } from "./instance/controller.ts";
import { InstanceSetController } from "./instance-set/controller.ts";
import { KeptController } from "./kept/controller.ts";
import { keptFlavor } from "./kept/flavor.ts";
import { keptImage } from "./kept/image.ts";
import { keptSecret } from "./kept/secret.ts";
import { NamespaceController } from "./namespace/controller.ts";
import { PlacementReviewController } from "./scheduler/placement-review.ts";
import { priorityOf } from "./scheduler/priority-of.ts";
import { Scheduler } from "./scheduler/scheduler.ts";
import type { ControllersOptions } from "./start-controllers.ts";

export type QueueName =
  | "instance"
  | "scheduler"
  | "review"
  | "instanceSet"
  | "garbageCollector"
  | "hypervisor"
  | "allocations"
  | "providers"
  | "image"
  | "flavor"
  | "secret"
  | "namespace";
export type Queues = Readonly<Record<Exclude<QueueName, "scheduler">, Controller>> & {
  readonly scheduler: Controller & {
    /** Something came free: who waits is tried again. */
    wake(): void;
    /** Whether it was refused and is to be tried again. */
    isWaiting(tail: string): boolean;
  };
};

/** Some transactions of the scheduler: what comes in between, with a higher priority, waits no longer. */
const MAX_BATCH = 64;

/** One queue and its workers per reconciler; keys are tails of instances, names of the rest. */
export function startQueues(options: ControllersOptions, deps: ControllerDeps): Queues {
  const start = (name: QueueName, reconcile: Reconcile, concurrency: number) =>
    startController({ ...common(options, name), reconcile, concurrency });
  const instances = new InstanceController(deps);
  const instance = start("instance", (key) => instances.reconcile(key), 4);
  const hypervisor = new HypervisorController(deps);
  const allocations = new AllocationsController(deps);
  const hypervisors = start("hypervisor", (key) => hypervisor.reconcile(key), 2);
  const providers = new CompareProviders(deps, (name) => hypervisors.enqueue(name));
  const image = new KeptController(deps, keptImage);
  const flavor = new KeptController(deps, keptFlavor);
  const secret = new KeptController(deps, keptSecret);
  const namespace = new NamespaceController(deps);
  const scheduler = startScheduler(options, deps, instance);
  const review = new PlacementReviewController({ ...deps, standing: scheduler.standing });
  const instanceSet = new InstanceSetController(deps);
  const garbageCollector = new GarbageCollector(deps);
  return {
    instance,
    scheduler,
    hypervisor: hypervisors,
    allocations: start("allocations", (key) => allocations.reconcile(key), 1),
    providers: start("providers", () => providers.reconcile(), 1),
    image: start("image", (key) => image.reconcile(key), 2),
    flavor: start("flavor", (key) => flavor.reconcile(key), 1),
    secret: start("secret", (key) => secret.reconcile(key), 1),
    // One set at a time, so that each counts what the last one took of its namespace's limits.
    instanceSet: start("instanceSet", (key) => instanceSet.reconcile(key), 1),
    garbageCollector: start("garbageCollector", (key) => garbageCollector.reconcile(key), 2),
    // Somebody waits for the answer, and nothing is decided by it.
    review: start("review", (key, { signal }) => review.reconcile(key, signal), 1),
    namespace: start("namespace", (key) => namespace.reconcile(key), 1),
  };
}

/** Decisions are made one after the other, so that each sees what the last one took. */
function startScheduler(
  options: ControllersOptions,
  deps: ControllerDeps,
  instances: Controller,
): Queues["scheduler"] & { readonly standing: Scheduler["standing"] } {
  const scheduler = new Scheduler(deps, {
    again: (tail) => controller.enqueue(tail),
    tellBarred: (tail) => instances.enqueue(tail),
  });
  const controller = startBatchController({
    ...common(options, "scheduler"),
    reconcileBatch: (tails, { signal }) => scheduler.reconcileBatch(tails, signal),
    maxBatch: MAX_BATCH,
    priorityOf: (tail) => priorityOf(deps.view, tail),
  });
  return {
    ...controller,
    wake: () => scheduler.wake(),
    isWaiting: (tail) => scheduler.isWaiting(tail),
    standing: (tail) => scheduler.standing(tail),
  };
}

const common = ({ clock, log, random, metrics }: ControllersOptions, name: QueueName) => ({
  name,
  clock,
  log,
  backoff: new Backoff({ baseMs: 50, maxMs: 30_000, random }),
  ...(metrics ? { metrics } : {}),
});

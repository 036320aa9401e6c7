import type { InstanceSpec, RunStrategyName } from "../../../resources/instance.ts";
import { ANNOTATION } from "../../../resources/meta.ts";

export type PowerAction = "start" | "stop" | "restart";

/** The parts of an Instance that start, stop and restart read and change. */
export interface PowerFacts {
  readonly name: string;
  readonly spec: Pick<InstanceSpec, "runStrategy">;
  readonly annotations: Readonly<Record<string, string>>;
}
export type PowerPlan =
  | { readonly kind: "change"; readonly runStrategy?: RunStrategyName; readonly annotations: AnnotationChange }
  /** Already so. */
  | { readonly kind: "unchanged"; readonly because: string }
  | { readonly kind: "refused"; readonly because: string };
/** `undefined` takes the annotation away. */
export type AnnotationChange = Readonly<Record<string, string | undefined>>;

/** As in KubeVirt: it starts by itself and never again, so asking for it can only be a mistake. */
const ONCE = "runStrategy Once means started once, by itself: set another spec.runStrategy";

/** Which runStrategy `stop` took away, for `start` to give back. */
export const STOPPED_FROM = "compute.vmctl/stopped-from";

/**
 * What each word means for each runStrategy; KubeVirt's table. Always and Once have no room for "off", so stop
 * makes them Halted and start undoes it; Manual and RerunOnFailure keep their strategy and carry the wish in an
 * annotation. `token` is new for each call: a restart token not seen before is carried out once.
 */
export function planPower(action: PowerAction, facts: PowerFacts, token: string): PowerPlan {
  const strategy = facts.spec.runStrategy ?? "Always";
  if (action === "restart") return planRestart(strategy, facts, token);
  return action === "stop" ? planStop(strategy, facts) : planStart(strategy, facts, token);
}

function planStop(strategy: RunStrategyName, { annotations }: PowerFacts): PowerPlan {
  if (strategy === "Halted") return { kind: "unchanged", because: "runStrategy is Halted" };
  if (strategy === "Always" || strategy === "Once") {
    return { kind: "change", runStrategy: "Halted", annotations: { [STOPPED_FROM]: strategy } };
  }
  const off = annotations[ANNOTATION.power] === "Off" || (strategy === "Manual" && !annotations[ANNOTATION.power]);
  if (off) return { kind: "unchanged", because: "already told to stop" };
  return { kind: "change", annotations: { [ANNOTATION.power]: "Off" } };
}

function planStart(strategy: RunStrategyName, { annotations }: PowerFacts, token: string): PowerPlan {
  const power = annotations[ANNOTATION.power];
  if (strategy === "Halted") return startHalted(annotations[STOPPED_FROM]);
  if (strategy === "Manual" || strategy === "RerunOnFailure") {
    // Told to run before: the guest has powered itself off since, and only a new token says "again".
    const again = power === "On" || (strategy === "RerunOnFailure" && power === undefined);
    return { kind: "change", annotations: { [ANNOTATION.power]: "On", ...(again && { [ANNOTATION.restart]: token }) } };
  }
  if (power === "Off") return { kind: "change", annotations: { [ANNOTATION.power]: undefined } };
  if (strategy === "Once") return { kind: "refused", because: ONCE };
  return { kind: "unchanged", because: `runStrategy is ${strategy}` };
}

/** A Once that was stopped had its run; started again by hand it runs until stopped by hand. */
function startHalted(stoppedFrom: string | undefined): PowerPlan {
  const gone = { [STOPPED_FROM]: undefined };
  if (stoppedFrom === "Once") {
    return { kind: "change", runStrategy: "Manual", annotations: { ...gone, [ANNOTATION.power]: "On" } };
  }
  return { kind: "change", runStrategy: "Always", annotations: { ...gone, [ANNOTATION.power]: undefined } };
}

function planRestart(strategy: RunStrategyName, { name, annotations }: PowerFacts, token: string): PowerPlan {
  const power = annotations[ANNOTATION.power];
  const off = strategy === "Halted" || power === "Off" || (strategy === "Manual" && power !== "On");
  if (off) return { kind: "refused", because: `it is stopped: \`vmctl start instance/${name}\`` };
  if (strategy === "Once") return { kind: "refused", because: ONCE };
  return { kind: "change", annotations: { [ANNOTATION.restart]: token } };
}

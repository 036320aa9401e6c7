import type { AssignedInstance, DesiredState } from "../../resources/assignment.ts";
import type { InstanceSpec, RunStrategyName } from "../../resources/instance.ts";
import { assignedDataKey, assignedInstanceKey } from "../../resources/keys.ts";
import { ANNOTATION } from "../../resources/meta.ts";
import {
  type InstanceToResolve,
  type NamedImage,
  type ResolvedInstance,
  resolveMachine,
  type SecretTexts,
} from "../../resources/resolve-instance.ts";
import { specInForce } from "../../resources/spec-in-force.ts";
import type { AcceptedSpec, Binding } from "../../resources/status-record.ts";
import type { Write } from "../../store/store.ts";
import { present } from "./present.ts";

export interface AssignmentInput {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly binding: Binding;
  readonly accepted: AcceptedSpec;
  readonly specRevision: number;
  readonly image: NamedImage | undefined;
  readonly texts?: SecretTexts | undefined;
}

/** Whether the guest should run, by run strategy and by the last start or stop. */
function desiredState(accepted: AcceptedSpec): DesiredState {
  const strategy = (accepted.spec as InstanceSpec).runStrategy ?? "Always";
  const power = accepted.annotations?.[ANNOTATION.power];
  if (strategy === "Halted" || power === "Off") return "Stopped";
  return strategy === "Manual" && power !== "On" ? "Stopped" : "Running";
}

/** The assignment that follows from what is in force, and the texts that go with it by digest. */
export function resolveAssignment(input: AssignmentInput): {
  readonly assigned: AssignedInstance;
  readonly data: ReadonlyMap<string, string>;
} {
  const { uid, namespace, name, accepted, binding, image, texts } = input;
  const spec = specInForce(accepted);
  const { machine, guest, data } = resolvedLately({ uid, namespace, name, spec, image, texts });
  const assigned: AssignedInstance = present({
    uid,
    namespace,
    name,
    hypervisor: binding.hypervisor,
    epoch: binding.epoch,
    desired: desiredState(accepted),
    generation: accepted.generation,
    // A Flavor that is followed is part of what the host is told, and as new as its own revision.
    specRevision: Math.max(input.specRevision, accepted.flavor?.revision ?? 0),
    runStrategy: (spec.runStrategy ?? "Always") as RunStrategyName,
    restartToken: accepted.annotations?.[ANNOTATION.restart],
    recreateToken: accepted.annotations?.[ANNOTATION.recreate],
    recreateOnChange: spec.updatePolicy?.recreate === "OnChange",
    gracePeriodSeconds: spec.terminationGracePeriodSeconds ?? 30,
    machine,
    guest,
  });
  return { assigned, data };
}

interface Resolved {
  readonly instance: InstanceToResolve;
  readonly resolved: ResolvedInstance;
}
const lately = new Map<object, Resolved>();
const MOST_KEPT = 1_024;

/**
 * What comes out of the picture is shared and never modified: the machine of a spec is the one that was made of it for
 * its bind, for as long as spec and Image stand as they were. Texts of Secrets are not kept.
 */
function resolvedLately(instance: InstanceToResolve): ResolvedInstance {
  if (hasTexts(instance)) return resolveMachine(instance);
  const last = lately.get(instance.spec);
  if (last && isSameInstance(last.instance, instance)) return last.resolved;
  const resolved = resolveMachine(instance);
  if (lately.size >= MOST_KEPT) forgetOldest();
  lately.set(instance.spec, { instance, resolved });
  return resolved;
}

function forgetOldest(): void {
  const [oldest] = lately.keys();
  if (oldest) lately.delete(oldest);
}

const isSameInstance = (one: InstanceToResolve, other: InstanceToResolve): boolean =>
  one.uid === other.uid &&
  one.namespace === other.namespace &&
  one.name === other.name &&
  isSameImage(one.image, other.image);

const isSameImage = (one: NamedImage | undefined, other: NamedImage | undefined): boolean =>
  one?.name === other?.name && one?.spec === other?.spec && one?.digest === other?.digest;

const hasTexts = ({ texts }: InstanceToResolve): boolean =>
  texts?.userData !== undefined || texts?.credentials !== undefined;

/** Puts of the assignment and its texts. */
export function assignmentWrites(assigned: AssignedInstance, data: ReadonlyMap<string, string>): Write[] {
  const put = (key: string, value: string): Write => ({ op: "put", key, value });
  return [
    put(assignedInstanceKey(assigned.hypervisor, assigned.uid), JSON.stringify(assigned)),
    ...[...data].map(([digest, text]) =>
      put(assignedDataKey(assigned.hypervisor, assigned.uid, digest), JSON.stringify(text)),
    ),
  ];
}

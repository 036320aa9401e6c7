import { type Condition, type ConditionFact, setCondition } from "../../../resources/conditions.ts";
import { withDefaults } from "../../../resources/defaults.ts";
import { Instance } from "../../../resources/instance.ts";
import { INSTANCE_CONDITION as C, type InstanceStatus, REASON } from "../../../resources/instance-status.ts";
import type { ObservedInstance } from "../../../resources/observed.ts";
import { bytesOf, formatQuantity } from "../../../resources/quantity.ts";
import { specInForce } from "../../../resources/spec-in-force.ts";
import type { StatusRecord } from "../../../resources/status-record.ts";
import { present } from "../present.ts";
import { derivePhase } from "./phase.ts";
import { readiness } from "./readiness.ts";
import { reportedConditions } from "./reported-conditions.ts";
import type { StatusInput } from "./status-input.ts";

/** The status of a bound instance, from facts alone; the same facts give the same status. */
export function deriveStatus(input: StatusInput): InstanceStatus {
  const { record, observed } = input;
  const facts: readonly ConditionFact[] = [
    input.accepted,
    { type: C.scheduled, status: "True", reason: REASON.bound, message: `on ${record.binding?.hypervisor}` },
    ...(observed ? reportedConditions(observed, input.machine?.image) : []),
    readiness(input),
  ];
  const { resources: _before, ...kept } = record.status;
  return {
    ...kept,
    ...present({ resources: withFlavorSize(record) }),
    ...reportedFields(observed),
    ...reached(record, observed),
    phase: derivePhase(input),
    conditions: withFacts(record, facts, input.now),
  };
}

function withFacts(record: StatusRecord<InstanceStatus>, facts: readonly ConditionFact[], now: string): Condition[] {
  const generation = record.accepted?.generation;
  let conditions = [...(record.status.conditions ?? [])];
  for (const fact of facts)
    conditions = setCondition(conditions, { ...present({ observedGeneration: generation }), ...fact }, now);
  return conditions;
}

function reached(record: StatusRecord, observed: ObservedInstance | undefined): Partial<InstanceStatus> {
  return present({
    hypervisor: record.binding?.hypervisor,
    observedGeneration: observed?.generation,
    observedRevision: observed?.specRevision,
  });
}

/** Nobody can read off the spec what a Flavor gives. */
function withFlavorSize({ accepted }: StatusRecord): InstanceStatus["resources"] {
  if (!accepted?.flavor) return undefined;
  const { vcpu = 1, memory = 0, disk = 0 } = withDefaults(Instance, specInForce(accepted)).resources ?? {};
  return { vcpu, memory: formatQuantity(bytesOf(memory)), disk: formatQuantity(bytesOf(disk)) };
}

function reportedFields(observed: ObservedInstance | undefined): Partial<InstanceStatus> {
  if (!observed) return {};
  const { addresses = [], restarts, image, startedAt } = observed;
  return present({ addresses, restarts, imageDigest: image?.digest, startedAt });
}

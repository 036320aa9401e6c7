import type { PlannedObject } from "../../../apply/plan-set.ts";
import { withDefaults } from "../../../resources/defaults.ts";
import { Instance, type InstanceSpec } from "../../../resources/instance.ts";
import { bytesOf, formatQuantity } from "../../../resources/quantity.ts";

/** vCPUs, and bytes of memory and disk. */
export interface Amounts {
  readonly vcpu: number;
  readonly memory: number;
  readonly disk: number;
}
const NOTHING: Amounts = { vcpu: 0, memory: 0, disk: 0 };

/** What an instance takes, defaults counted. */
export function amountsOf(spec: unknown): Amounts {
  const { vcpu = 0, memory = 0, disk = 0 } = withDefaults(Instance, spec as InstanceSpec).resources ?? {};
  return { vcpu, memory: bytesOf(memory), disk: bytesOf(disk) };
}

/** What the instances of a set take now and would take; refused ones stay what they are, if they are anything. */
export function setResources(objects: readonly PlannedObject[]): { readonly before: Amounts; readonly after: Amounts } {
  const instances = objects.filter(({ manifest }) => manifest.kind === Instance);
  const before = instances.flatMap((it) => specBefore(it) ?? []);
  const after = instances.flatMap((it) => specAfter(it) ?? []);
  return { before: sum(before.map(amountsOf)), after: sum(after.map(amountsOf)) };
}

function specBefore(planned: PlannedObject): unknown {
  if (planned.result === "configured") return planned.old.spec;
  return planned.result === "unchanged" ? planned.object.spec : undefined;
}

const specAfter = (planned: PlannedObject): unknown => ("object" in planned ? planned.object.spec : undefined);

const sum = (amounts: readonly Amounts[]): Amounts =>
  amounts.reduce(
    (total, { vcpu, memory, disk }) => ({
      vcpu: total.vcpu + vcpu,
      memory: total.memory + memory,
      disk: total.disk + disk,
    }),
    NOTHING,
  );

/** `2 vcpu, 1Gi memory, 4Gi disk`. */
export const formatAmounts = ({ vcpu, memory, disk }: Amounts): string =>
  `${vcpu} vcpu, ${formatQuantity(memory)} memory, ${formatQuantity(disk)} disk`;

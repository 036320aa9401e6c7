import { DEFAULT_RATIO } from "../../../../resources/default-ratio.ts";
import { Instance } from "../../../../resources/instance.ts";
import { parseQuantity } from "../../../../resources/quantity.ts";
import type { JoinedObject } from "../../../../store/objects/joined-object.ts";
import { formatBytes, formatCell } from "../../output/cell.ts";
import { fieldAt } from "../../output/field-at.ts";
import { Table } from "../../output/table.ts";
import type { Neighbours } from "../neighbours.ts";
import type { Part } from "./part.ts";

/** What it has, and the instances that take it. */
export const hypervisorParts = (hypervisor: JoinedObject): readonly Part[] => [
  { title: "Resources", read: async () => resourceLines(hypervisor) },
  { title: "Instances", read: (neighbours) => instanceLines(hypervisor, neighbours) },
];

const CLASSES = ["vcpu", "memory", "disk"] as const;
type Class = (typeof CLASSES)[number];

const amount = (name: Class, value: unknown): string => (name === "vcpu" ? formatCell(value) : formatBytes(value));

function resourceLines(hypervisor: JoinedObject): string[] {
  const rows = CLASSES.map((name) => {
    const [capacity, allocatable, allocated] = ["capacity", "allocatable", "allocated"].map((field) =>
      fieldAt(hypervisor, `status.${field}.${name}`),
    );
    const free = Number(allocatable) - Number(allocated ?? 0);
    const known = allocatable === undefined ? undefined : free;
    const ratio = fieldAt(hypervisor, `spec.inventory.${name}.allocationRatio`) ?? DEFAULT_RATIO[name];
    const amounts = [allocatable, allocated, known].map((value) => amount(name, value));
    return [name.toUpperCase(), amount(name, capacity), formatCell(ratio), ...amounts];
  });
  return new Table().lines([["", "CAPACITY", "RATIO", "FOR INSTANCES", "TAKEN", "FREE"], ...rows]);
}

async function instanceLines(hypervisor: JoinedObject, neighbours: Neighbours): Promise<string[]> {
  const all = await neighbours.list(Instance);
  const bound = all.filter((instance) => fieldAt(instance, "status.hypervisor") === hypervisor.metadata.name);
  if (bound.length === 0) return [];
  const rows = bound.map((instance) => [
    ...[instance.metadata.namespace, instance.metadata.name, fieldAt(instance, "status.phase")].map(formatCell),
    ...CLASSES.map((name) => amount(name, asked(instance, name))),
  ]);
  const sums = CLASSES.map((name) => amount(name, sum(bound, name)));
  const total = ["", `${bound.length} in all`, "", ...sums];
  return new Table().lines([["NAMESPACE", "NAME", "PHASE", "VCPU", "MEMORY", "DISK"], ...rows, total]);
}

const sum = (instances: readonly JoinedObject[], name: Class): number =>
  instances.reduce((all, instance) => all + (asked(instance, name) ?? 0), 0);

/** What its spec and its flavor come to, or what the schema says for it. */
function asked(instance: JoinedObject, name: Class): number | undefined {
  const byDefault = fieldAt(Instance.spec, `properties.resources.properties.${name}.default`);
  const value =
    fieldAt(instance, `status.resources.${name}`) ?? fieldAt(instance, `spec.resources.${name}`) ?? byDefault;
  return typeof value === "string" || typeof value === "number" ? parseQuantity(value) : undefined;
}

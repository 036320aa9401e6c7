import { type Static, Type } from "typebox";
import { COMMON_CONDITION } from "./common-conditions.ts";
import { Condition } from "./conditions.ts";
import { DEFAULT_RATIO } from "./default-ratio.ts";
import { hypervisorProblems } from "./hypervisor-rules.ts";
import type { KindInfo } from "./kinds.ts";
import { Uid } from "./meta.ts";
import { QUANTITY_PATTERN } from "./quantity.ts";
import { REASON_COLUMN } from "./ready-column.ts";
import { Taint } from "./taint.ts";

const closed = { additionalProperties: false } as const;
const Amount = Type.Union([Type.Integer({ minimum: 0 }), Type.String({ pattern: QUANTITY_PATTERN })]);

const amount = (description: string) => Type.Optional(Type.Union(Amount.anyOf, { description }));

/** One resource class as Placement knows it; `total` absent: discovered. Memory and disk take quantities. */
export const InventorySpec = Type.Object(
  {
    total: amount("absent: what the host reports"),
    reserved: amount("not for instances; absent: what foreign domains may use, and a reserve for the host"),
    allocationRatio: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        description: `how many times total may be handed out; absent: ${DEFAULT_RATIO.vcpu} for vcpu, 1 for the others`,
      }),
    ),
    minUnit: amount("the least one instance may ask for"),
    maxUnit: amount("the most one instance may ask for"),
    stepSize: amount("requests are multiples of it"),
  },
  closed,
);
export type InventorySpec = Static<typeof InventorySpec>;

export const HypervisorSpec = Type.Object(
  {
    inventory: Type.Optional(
      Type.Object(
        {
          vcpu: Type.Optional(InventorySpec),
          memory: Type.Optional(InventorySpec),
          disk: Type.Optional(InventorySpec),
        },
        {
          ...closed,
          patternProperties: { "^CUSTOM_[A-Z0-9_]+$": InventorySpec },
          description: "what the host has for instances, by resource class; absent classes are discovered",
        },
      ),
    ),
    traits: Type.Optional(
      Type.Array(Type.String({ pattern: "^CUSTOM_[A-Z0-9_]+$|^[A-Z0-9_]+$" }), {
        listType: "set",
        description: "of Placement, beside those the host reports",
      }),
    ),
    aggregates: Type.Optional(Type.Array(Uid, { listType: "set", description: "of Placement" })),
    taints: Type.Optional(
      Type.Array(Taint, {
        listType: "map",
        listMapKeys: ["key", "effect"],
        description: "what keeps new instances away that do not tolerate it; those that run stay",
      }),
    ),
    virtType: Type.Optional(
      Type.Union([Type.Literal("auto"), Type.Literal("kvm"), Type.Literal("qemu")], {
        default: "auto",
        description:
          "auto: kvm where it was proved to work, else qemu (slow); kvm: no new instances where it cannot work",
      }),
    ),
    unschedulable: Type.Optional(Type.Boolean({ default: false, description: "set by cordon, cleared by uncordon" })),
    description: Type.Optional(Type.String({ maxLength: 1024, description: "for people" })),
  },
  closed,
);
export type HypervisorSpec = Omit<Static<typeof HypervisorSpec>, "inventory" | "taints"> & {
  inventory?: HypervisorInventory;
  taints?: Taint[];
};
export interface HypervisorInventory {
  vcpu?: InventorySpec;
  memory?: InventorySpec;
  disk?: InventorySpec;
  [customClass: `CUSTOM_${string}`]: InventorySpec;
}

/** vcpu in CPUs, memory and disk in bytes. */
export const Amounts = Type.Object({ vcpu: Type.Number(), memory: Type.Number(), disk: Type.Number() });
export type Amounts = Static<typeof Amounts>;

const amounts = (description: string) => Type.Object(Amounts.properties, { description });

export const HypervisorStatus = Type.Object({
  capacity: Type.Optional(amounts("what the host has: CPUs, bytes, bytes")),
  allocatable: Type.Optional(amounts("of that, for instances")),
  allocated: Type.Optional(amounts("of that, taken by instances")),
  unmanaged: Type.Optional(
    Type.Object(
      { domains: Type.Integer(), ...Amounts.properties },
      { description: "domains that are not ours, and what they may use" },
    ),
  ),
  versions: Type.Optional(Type.Record(Type.String(), Type.String(), { description: "of libvirt, QEMU, vmctl" })),
  networks: Type.Optional(Type.Array(Type.String(), { description: "libvirt networks" })),
  pools: Type.Optional(Type.Array(Type.String(), { description: "storage pools" })),
  virtType: Type.Optional(Type.String({ description: "kvm or qemu, as proved" })),
  traits: Type.Optional(
    Type.Array(Type.String(), { description: "of its provider in Placement: reported, declared, networks and pools" }),
  ),
  instances: Type.Optional(Type.Integer({ description: "bound to it" })),
  observedGeneration: Type.Optional(Type.Integer()),
  conditions: Type.Optional(Type.Array(Condition)),
});
export type HypervisorStatus = Static<typeof HypervisorStatus>;

export const HYPERVISOR_CONDITION = {
  accepted: "Accepted",
  ready: "Ready",
  libvirtReachable: "LibvirtReachable",
  kvmUsable: "KvmUsable",
  networkReady: "NetworkReady",
  storagePoolReady: "StoragePoolReady",
  placementSynced: "PlacementSynced",
  orphanedDomains: "OrphanedDomains",
  ...COMMON_CONDITION,
} as const;

export const Hypervisor: KindInfo = {
  kind: "Hypervisor",
  plural: "hypervisors",
  singular: "hypervisor",
  shortNames: ["hv"],
  categories: ["cluster"],
  namespaced: false,
  spec: HypervisorSpec,
  status: HypervisorStatus,
  rules: (spec) => hypervisorProblems(spec as HypervisorSpec),
  conditions: HYPERVISOR_CONDITION,
  columns: [
    { heading: "READY", path: "status.conditions.Ready", isState: true },
    { heading: "UNSCHEDULABLE", path: "spec.unschedulable" },
    { heading: "VIRT", path: "status.virtType" },
    { heading: "INSTANCES", path: "status.instances" },
    REASON_COLUMN,
    { heading: "VCPU", path: "status.capacity.vcpu", wide: true },
    { heading: "MEMORY", path: "status.capacity.memory", wide: true },
    { heading: "DISK", path: "status.capacity.disk", wide: true },
  ],
  description: "A host that runs libvirt and a vmctl node controller.",
};

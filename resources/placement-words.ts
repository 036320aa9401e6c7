import { type Static, Type } from "typebox";
import { Quantity, TraitName } from "./machine-size.ts";
import { Uid } from "./meta.ts";

// What a spec says in Placement's own words: traits, aggregates, granular groups of resources, a query.

const closed = { additionalProperties: false } as const;

/** The largest amount that Placement can count. */
export const MAX_AMOUNT = 2_147_483_647;
/** It keeps ratios as single-precision numbers. */
export const MAX_RATIO = 3.40282e38;
/** A query's work grows with the product of its groups; nothing that is deployed asks for more. */
export const MAX_GROUPS = 16;

/** What follows `resources`, `required`, … in the names of a query's parameters, from microversion 1.33 on. */
export const GROUP_NAME_PATTERN = "^[a-zA-Z0-9_-]{1,64}$";
/** A class of Placement by its own name. */
export const CLASS_PATTERN = "^[A-Z][A-Z0-9_]*$";

const AnyOf = Type.Array(Type.Array(TraitName, { minItems: 1, maxItems: 64 }), {
  maxItems: 32,
  description: "lists of traits: the host must have one of each list",
});

export const Traits = Type.Object(
  {
    required: Type.Optional(Type.Array(TraitName, { listType: "set", description: "the host must have them all" })),
    forbidden: Type.Optional(Type.Array(TraitName, { listType: "set", description: "the host must have none" })),
    anyOf: Type.Optional(AnyOf),
  },
  { ...closed, effect: "bound", description: "of Placement, such as HW_CPU_X86_AVX2 or CUSTOM_SSD" },
);
export type Traits = Static<typeof Traits>;

export const Aggregates = Type.Object(
  {
    memberOf: Type.Optional(
      Type.Array(Type.Array(Uid, { minItems: 1, maxItems: 64 }), {
        maxItems: 32,
        description: "lists of aggregates: the host must be in one of each list",
      }),
    ),
    notMemberOf: Type.Optional(
      Type.Array(Uid, { listType: "set", maxItems: 64, description: "the host must be in none" }),
    ),
  },
  { ...closed, effect: "bound", description: "of Placement, by uuid; see spec.aggregates of a Hypervisor" },
);
export type Aggregates = Static<typeof Aggregates>;

/** Amounts of one group. What it takes of vcpu, memory and disk is part of the machine's size, not beside it. */
const GroupResources = Type.Object(
  {
    vcpu: Type.Optional(Type.Integer({ minimum: 1, maximum: 1024, description: "of the machine's virtual CPUs" })),
    memory: Type.Optional(Type.Union(Quantity.anyOf, { description: "of the machine's RAM" })),
    disk: Type.Optional(Type.Union(Quantity.anyOf, { description: "of the machine's disk" })),
  },
  {
    ...closed,
    patternProperties: {
      [CLASS_PATTERN]: Type.Integer({
        minimum: 1,
        maximum: MAX_AMOUNT,
        description: "amount of a class of Placement, such as VGPU or CUSTOM_FPGA",
      }),
    },
    description: "amounts; what is said of vcpu, memory and disk is part of spec.resources, not beside it",
  },
);
export interface GroupAmounts {
  vcpu?: number;
  memory?: string | number;
  disk?: string | number;
  [className: Uppercase<string>]: number;
}

export const ResourceGroup = Type.Object(
  {
    name: Type.String({
      pattern: GROUP_NAME_PATTERN,
      description: "unique within the instance; the group's suffix in Placement's query",
    }),
    resources: Type.Optional(GroupResources),
    traits: Type.Optional(Type.Object(Traits.properties, { ...closed, description: "of the group's one provider" })),
    aggregates: Type.Optional(
      Type.Object(Aggregates.properties, { ...closed, description: "of the group's one provider" }),
    ),
  },
  closed,
);
export type ResourceGroup = Omit<Static<typeof ResourceGroup>, "resources"> & { resources?: GroupAmounts };

/** The fields of an InstanceSpec that are Placement's, but for `traits` and `aggregates`. */
export const PLACEMENT_FIELDS = {
  resourceGroups: Type.Optional(
    Type.Array(ResourceGroup, {
      effect: "bound",
      listType: "map",
      listMapKeys: ["name"],
      maxItems: MAX_GROUPS,
      description: "each takes what it asks for from one provider of the host's tree, or one that is shared with it",
    }),
  ),
  groupPolicy: Type.Optional(
    Type.Union([Type.Literal("none"), Type.Literal("isolate")], {
      effect: "bound",
      description: "isolate: no two resource groups from one provider; to be said with more than one group",
    }),
  ),
  sameSubtree: Type.Optional(
    Type.Array(Type.Array(Type.String({ pattern: GROUP_NAME_PATTERN }), { minItems: 1, maxItems: MAX_GROUPS }), {
      effect: "bound",
      maxItems: MAX_GROUPS,
      description: "lists of resource groups: the providers of each list lie under one of themselves",
    }),
  ),
  placement: Type.Optional(
    Type.Object(
      {
        query: Type.Optional(
          Type.String({
            minLength: 1,
            maxLength: 8192,
            description: "of GET /allocation_candidates at 1.39 (resources1=…&required1=…), beside what the spec asks",
          }),
        ),
      },
      { ...closed, effect: "bound", description: "what only Placement's own language can say" },
    ),
  ),
};

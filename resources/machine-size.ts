import { Type } from "typebox";
import { QUANTITY_PATTERN } from "./quantity.ts";

const closed = { additionalProperties: false } as const;

export const Quantity = Type.Union([Type.String({ pattern: QUANTITY_PATTERN }), Type.Integer({ minimum: 0 })]);
export const TraitName = Type.String({ pattern: "^[A-Z0-9_]+$", maxLength: 255 });
export const CUSTOM_CLASS_PATTERN = "^CUSTOM_[A-Z0-9_]+$";

const vcpu = { minimum: 1, maximum: 1024, effect: "restart", description: "virtual CPUs" } as const;
const memory = { effect: "restart", description: "bytes of RAM" } as const;
const disk = { effect: "restart", description: "bytes of the only disk; may only grow" } as const;
const customClasses = {
  ...closed,
  patternProperties: {
    [CUSTOM_CLASS_PATTERN]: Type.Integer({
      minimum: 1,
      effect: "bound",
      description: "amount of a custom resource class that hypervisors declare",
    }),
  },
};

/** The size of an instance: what neither it nor its flavor says has a default. */
export const Resources = Type.Object(
  {
    vcpu: Type.Optional(Type.Integer({ ...vcpu, default: 1 })),
    memory: Type.Optional(Type.Union(Quantity.anyOf, { ...memory, default: "512Mi" })),
    disk: Type.Optional(Type.Union(Quantity.anyOf, { ...disk, default: "2Gi" })),
  },
  customClasses,
);

/** The same of a flavor: what it does not say is left to others. */
export const WrittenResources = Type.Object(
  {
    vcpu: Type.Optional(Type.Integer(vcpu)),
    memory: Type.Optional(Type.Union(Quantity.anyOf, memory)),
    disk: Type.Optional(Type.Union(Quantity.anyOf, disk)),
  },
  customClasses,
);

export const Traits = Type.Object(
  {
    required: Type.Optional(Type.Array(TraitName, { listType: "set", description: "the host must have them all" })),
    forbidden: Type.Optional(Type.Array(TraitName, { listType: "set", description: "the host must have none" })),
  },
  { ...closed, effect: "bound", description: "of Placement, such as HW_CPU_X86_VMX or CUSTOM_SSD" },
);

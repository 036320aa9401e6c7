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
      maximum: 2_147_483_647,
      effect: "bound",
      description: "amount of a custom resource class that hypervisors declare",
    }),
  },
};

/** Of an instance that says nothing, and whose flavor says nothing. */
export const DEFAULT_SIZE = { vcpu: 1, memory: "512Mi", disk: "2Gi" } as const;

/** The size of an instance: what neither it nor its flavor says has a default. */
export const Resources = Type.Object(
  {
    vcpu: Type.Optional(Type.Integer({ ...vcpu, default: DEFAULT_SIZE.vcpu })),
    memory: Type.Optional(Type.Union(Quantity.anyOf, { ...memory, default: DEFAULT_SIZE.memory })),
    disk: Type.Optional(Type.Union(Quantity.anyOf, { ...disk, default: DEFAULT_SIZE.disk })),
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

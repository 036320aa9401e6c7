import { type Static, Type } from "typebox";
import { COMMON_CONDITION } from "./common-conditions.ts";
import { Condition } from "./conditions.ts";
import type { KindInfo } from "./kinds.ts";
import { CUSTOM_CLASS_PATTERN, Quantity } from "./machine-size.ts";
import { namespaceProblems } from "./namespace-rules.ts";
import { MAX_AMOUNT } from "./placement-words.ts";

const quantity = (description: string) => Type.Optional(Type.Union(Quantity.anyOf, { description }));

/** Together, of all instances that have a host; what is not named has no limit. */
export const NamespaceQuota = Type.Object(
  {
    vcpu: Type.Optional(Type.Integer({ minimum: 0, maximum: MAX_AMOUNT, description: "virtual CPUs" })),
    memory: quantity("bytes of RAM"),
    disk: quantity("bytes of disk"),
  },
  {
    additionalProperties: false,
    patternProperties: {
      [CUSTOM_CLASS_PATTERN]: Type.Integer({
        minimum: 0,
        maximum: MAX_AMOUNT,
        description: "amount of a custom resource class",
      }),
    },
    description: "what its instances may take of the hypervisors, all together; what is not named has no limit",
  },
);
export interface NamespaceQuota {
  vcpu?: number;
  memory?: string | number;
  disk?: string | number;
  [customClass: `CUSTOM_${string}`]: number;
}

export const NamespaceSpec = Type.Object(
  {
    limits: Type.Optional(
      Type.Record(Type.String({ pattern: "^[a-z]+$" }), Type.Integer({ minimum: 0 }), {
        additionalProperties: false,
        description: "how many objects of a kind it may hold, by plural: instances: 20; absent: any number",
      }),
    ),
    quota: Type.Optional(NamespaceQuota),
    description: Type.Optional(Type.String({ maxLength: 1024, description: "for people" })),
  },
  { additionalProperties: false },
);
export type NamespaceSpec = Omit<Static<typeof NamespaceSpec>, "quota"> & { quota?: NamespaceQuota };

export const NamespaceStatus = Type.Object({
  phase: Type.Optional(Type.String({ description: "Active or Terminating, for people" })),
  observedGeneration: Type.Optional(Type.Integer()),
  conditions: Type.Optional(Type.Array(Condition)),
});
export type NamespaceStatus = Static<typeof NamespaceStatus>;

export const NAMESPACE_CONDITION = {
  accepted: "Accepted",
  deletionFinished: COMMON_CONDITION.deletionFinished,
} as const;

export const DEFAULT_NAMESPACE = "default";

export const Namespace: KindInfo = {
  kind: "Namespace",
  plural: "namespaces",
  singular: "namespace",
  shortNames: ["ns"],
  categories: ["cluster"],
  namespaced: false,
  spec: NamespaceSpec,
  status: NamespaceStatus,
  rules: (spec, kinds) => namespaceProblems(spec as NamespaceSpec, kinds),
  conditions: NAMESPACE_CONDITION,
  columns: [{ heading: "STATUS", path: "status.phase" }],
  description: "A room for names, with limits; deleted with all that is in it. `default` exists from the start.",
};

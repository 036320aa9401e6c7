import { type Static, Type } from "typebox";
import { COMMON_CONDITION } from "./common-conditions.ts";
import { Condition } from "./conditions.ts";
import type { KindInfo } from "./kinds.ts";
import { namespaceProblems } from "./namespace-rules.ts";

export const NamespaceSpec = Type.Object(
  {
    limits: Type.Optional(
      Type.Record(Type.String({ pattern: "^[a-z]+$" }), Type.Integer({ minimum: 0 }), {
        additionalProperties: false,
        description: "how many objects of a kind it may hold, by plural: instances: 20; absent: any number",
      }),
    ),
    description: Type.Optional(Type.String({ maxLength: 1024, description: "for people" })),
  },
  { additionalProperties: false },
);
export type NamespaceSpec = Static<typeof NamespaceSpec>;

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

import { type Static, Type } from "typebox";
import { Condition } from "./conditions.ts";
import type { KindInfo } from "./kinds.ts";

export const NamespaceSpec = Type.Object(
  { description: Type.Optional(Type.String({ maxLength: 1024, description: "for people" })) },
  { additionalProperties: false },
);
export type NamespaceSpec = Static<typeof NamespaceSpec>;

export const NamespaceStatus = Type.Object({
  observedGeneration: Type.Optional(Type.Integer()),
  conditions: Type.Optional(Type.Array(Condition)),
});
export type NamespaceStatus = Static<typeof NamespaceStatus>;

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
  columns: [],
  description: "A room for instance names. `default` exists from the start.",
};

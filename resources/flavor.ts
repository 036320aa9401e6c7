import { type Static, Type } from "typebox";
import { COMMON_CONDITION } from "./common-conditions.ts";
import { Condition } from "./conditions.ts";
import { amountProblems } from "./instance-rules.ts";
import type { KindInfo } from "./kinds.ts";
import { WrittenResources } from "./machine-size.ts";
import { wordsProblems } from "./placement-rules.ts";
import { Aggregates, Traits } from "./placement-words.ts";
import type { Problem } from "./problem.ts";

export const FlavorSpec = Type.Object(
  {
    resources: Type.Optional(WrittenResources),
    traits: Type.Optional(Traits),
    aggregates: Type.Optional(Aggregates),
    description: Type.Optional(Type.String({ maxLength: 1024, description: "for people" })),
  },
  { additionalProperties: false },
);
export type FlavorSpec = Static<typeof FlavorSpec>;

export const FlavorStatus = Type.Object({
  observedGeneration: Type.Optional(Type.Integer()),
  conditions: Type.Optional(Type.Array(Condition)),
});
export type FlavorStatus = Static<typeof FlavorStatus>;

export const Flavor: KindInfo = {
  kind: "Flavor",
  plural: "flavors",
  singular: "flavor",
  shortNames: ["fl"],
  categories: ["cluster"],
  namespaced: false,
  spec: FlavorSpec,
  status: FlavorStatus,
  rules: (spec): Problem[] => [...amountProblems(spec as FlavorSpec), ...wordsProblems(spec as FlavorSpec, ["spec"])],
  conditions: { accepted: "Accepted", ready: "Ready", ...COMMON_CONDITION },
  columns: [
    { heading: "VCPU", path: "spec.resources.vcpu" },
    { heading: "MEMORY", path: "spec.resources.memory" },
    { heading: "DISK", path: "spec.resources.disk" },
    { heading: "TRAITS", path: "spec.traits.required", wide: true },
  ],
  description:
    "A size with a name, and traits, for instances that name it in spec.flavor. What an instance says itself counts more. A change is for new instances, and for those with updatePolicy.flavor: OnChange.",
};

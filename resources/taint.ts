import { type Static, Type } from "typebox";
import type { Problem, ProblemPath } from "./problem.ts";

const closed = { additionalProperties: false } as const;
const EFFECTS = [Type.Literal("NoSchedule"), Type.Literal("PreferNoSchedule")];

export const Taint = Type.Object(
  {
    key: Type.String({ minLength: 1, description: "why, in one word" }),
    value: Type.Optional(Type.String({ description: "what a toleration may ask for" })),
    effect: Type.Union(EFFECTS, {
      description: "NoSchedule: no new instances; PreferNoSchedule: only when no other host will do",
    }),
  },
  closed,
);
export type Taint = Omit<Static<typeof Taint>, "effect"> & { effect: TaintEffect };
export type TaintEffect = "NoSchedule" | "PreferNoSchedule";

export const Toleration = Type.Object(
  {
    key: Type.Optional(Type.String({ minLength: 1, description: "of taints; absent, with Exists: every taint" })),
    operator: Type.Optional(
      Type.Union([Type.Literal("Exists"), Type.Literal("Equal")], {
        default: "Equal",
        description: "Equal: key and value are the taint's; Exists: the key is",
      }),
    ),
    value: Type.Optional(Type.String({ description: "the taint's; absent: the taint has none" })),
    effect: Type.Optional(Type.Union(EFFECTS, { description: "absent: every effect" })),
  },
  closed,
);
export const TOLERATIONS = Type.Array(Toleration, {
  effect: "bound",
  maxItems: 64,
  description: "taints of Hypervisors that do not keep it away; Kubernetes' meaning",
});
export type Toleration = Omit<Static<typeof Toleration>, "effect"> & { effect?: TaintEffect };

/** Kubernetes' meaning of a toleration. */
export function tolerates({ key, operator = "Equal", value = "", effect }: Toleration, taint: Taint): boolean {
  if (effect !== undefined && effect !== taint.effect) return false;
  if (key !== undefined && key !== taint.key) return false;
  return operator === "Exists" || value === (taint.value ?? "");
}

/** What the schema cannot say about a list of tolerations at `path`. */
export function tolerationProblems(tolerations: readonly Toleration[], path: ProblemPath): Problem[] {
  return tolerations.flatMap(({ key, operator, value }, index) => {
    if (operator === "Exists" && value !== undefined)
      return [{ path: [...path, index, "value"], message: "cannot stand beside operator Exists" }];
    if (operator !== "Exists" && key === undefined)
      return [{ path: [...path, index, "key"], message: "is required, but with operator Exists" }];
    return [];
  });
}

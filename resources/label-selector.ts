import { type Static, Type } from "typebox";
import { LABEL_KEY_PATTERN, LABEL_VALUE_PATTERN, Labels } from "./meta.ts";
import type { Problem, ProblemPath } from "./problem.ts";

const closed = { additionalProperties: false } as const;

const Requirement = Type.Object(
  {
    key: Type.String({ pattern: LABEL_KEY_PATTERN, description: "of a label" }),
    operator: Type.Union(
      [Type.Literal("In"), Type.Literal("NotIn"), Type.Literal("Exists"), Type.Literal("DoesNotExist")],
      { description: "In and NotIn take values; the others only look for the key" },
    ),
    values: Type.Optional(
      Type.Array(Type.String({ pattern: LABEL_VALUE_PATTERN }), {
        maxItems: 64,
        description: "for In and NotIn; NotIn holds where the label is absent too",
      }),
    ),
  },
  closed,
);

/** Kubernetes' label selector: all of it must hold; an empty one selects everything. */
export const LabelSelector = Type.Object(
  {
    matchLabels: Type.Optional({ ...Labels, description: "labels with exactly these values" }),
    matchExpressions: Type.Optional(
      Type.Array(Requirement, { maxItems: 64, description: "conditions on labels; all hold" }),
    ),
  },
  { ...closed, description: "by labels, as Kubernetes has them; all must hold, {} is every one" },
);
export type LabelSelector = Static<typeof LabelSelector>;
type Requirement = Static<typeof Requirement>;

export type LabelValues = Readonly<Record<string, string>>;

/** Whether labels are selected. The selector has passed schema and rules. */
export function isSelected({ matchLabels = {}, matchExpressions = [] }: LabelSelector, labels: LabelValues): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value) &&
    matchExpressions.every((requirement) => holds(requirement, labels))
  );
}

function holds({ key, operator, values = [] }: Requirement, labels: LabelValues): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  if (operator === "Exists") return value !== undefined;
  if (operator === "DoesNotExist") return value === undefined;
  const isListed = value !== undefined && values.includes(value);
  return operator === "In" ? isListed : !isListed;
}

/** As people write it: `app=web,tier in (a,b),!old`; `every instance` for the empty one. */
export function formatSelector({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const parts = [
    ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.map(formatRequirement),
  ];
  return parts.length > 0 ? parts.join(",") : "every instance";
}

function formatRequirement({ key, operator, values = [] }: Requirement): string {
  if (operator === "Exists") return key;
  if (operator === "DoesNotExist") return `!${key}`;
  return `${key} ${operator === "In" ? "in" : "notin"} (${values.join(",")})`;
}

/** What the schema cannot say: which operators take values. */
export function selectorProblems(selector: LabelSelector, path: ProblemPath): Problem[] {
  return (selector.matchExpressions ?? []).flatMap(({ operator, values = [] }, index) => {
    const at = [...path, "matchExpressions", index, "values"];
    const takesValues = operator === "In" || operator === "NotIn";
    if (takesValues && values.length === 0) return [{ path: at, message: `must have at least 1 item for ${operator}` }];
    if (!takesValues && values.length > 0) return [{ path: at, message: `cannot stand beside operator ${operator}` }];
    return [];
  });
}

import { type Static, Type } from "typebox";
import { Check } from "typebox/value";
import { LabelSelector } from "./label-selector.ts";
import { LABEL_KEY_PATTERN } from "./meta.ts";
import { openSchema } from "./open-schema.ts";

const closed = { additionalProperties: false } as const;

/** Near or far from which instances, over which places. */
export const AffinityTerm = Type.Object(
  {
    labelSelector: { ...LabelSelector, description: "which instances of the same namespace; {} is every one" },
    topology: Type.Optional(
      Type.String({
        pattern: LABEL_KEY_PATTERN,
        default: "host",
        description: "what counts as one place: host, aggregate, or the value of this label of the Hypervisors",
      }),
    ),
    required: Type.Optional(
      Type.Boolean({ description: "false: a wish, with a weight; absent: true, unless there is a weight" }),
    ),
    weight: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 100, description: "a wish, and how much it counts beside others" }),
    ),
  },
  closed,
);
export type AffinityTerm = Static<typeof AffinityTerm>;

export const AFFINITY_FIELDS = {
  affinity: Type.Optional(
    Type.Array(AffinityTerm, {
      effect: "bound",
      maxItems: 16,
      description: "in one place with other instances; the first of those that select themselves may start anywhere",
    }),
  ),
  antiAffinity: Type.Optional(
    Type.Array(AffinityTerm, {
      effect: "bound",
      maxItems: 16,
      description: "in no place with other instances; holds for those that come later as well",
    }),
  ),
};

const StoredTerm = openSchema(AffinityTerm);

/** Of what is stored, which somebody may have damaged; fields that only a newer vmctl knows are fine. */
export const isAffinityTerm = (value: unknown): value is AffinityTerm => Check(StoredTerm, value);

/** Whether a host that does not meet it is refused; else it is a wish. */
export const isRequired = (term: AffinityTerm): boolean => term.required ?? term.weight === undefined;
/** What one place is, of a term. */
export const topologyOf = (term: AffinityTerm): string => term.topology ?? "host";

import { type Static, Type } from "typebox";
import { COMMON_CONDITION } from "./common-conditions.ts";
import { Condition } from "./conditions.ts";
import { InstanceSpec } from "./instance.ts";
import { instanceSetProblems } from "./instance-set-rules.ts";
import type { KindInfo } from "./kinds.ts";
import { Annotations, Labels } from "./meta.ts";
import { READY_COLUMN, REASON_COLUMN } from "./ready-column.ts";

const closed = { additionalProperties: false } as const;

export const MAX_REPLICAS = 1000;
/** `<name>-999` must still be a name. */
const MAX_NAME = 63 - "-999".length;

export const InstanceTemplate = Type.Object(
  {
    metadata: Type.Optional(
      Type.Object(
        {
          labels: Type.Optional({ ...Labels, description: "of each instance; the selector's are among them" }),
          annotations: Type.Optional({ ...Annotations, description: "of each instance" }),
        },
        closed,
      ),
    ),
    spec: { ...InstanceSpec, description: "as an Instance's; without mac and addresses, which no two can share" },
  },
  closed,
);
export type InstanceTemplate = Omit<Static<typeof InstanceTemplate>, "spec"> & { spec: InstanceSpec };

const UpdateStrategy = Type.Object(
  {
    type: Type.Optional(
      Type.Union([Type.Literal("RollingUpdate"), Type.Literal("OnDelete")], {
        default: "RollingUpdate",
        description:
          "RollingUpdate: what needs a restart or a recreate is done one after the other; " +
          "OnDelete: an instance gets the new template when it was deleted and is made again",
      }),
    ),
    rollingUpdate: Type.Optional(
      Type.Object(
        {
          maxUnavailable: Type.Optional(
            Type.Union([Type.Integer({ minimum: 1 }), Type.String({ pattern: "^([1-9][0-9]?|100)%$" })], {
              default: 1,
              description: "how many instances may be away for an update at a time: a number, or 25% (rounded down)",
            }),
          ),
        },
        closed,
      ),
    ),
  },
  closed,
);

export const InstanceSetSpec = Type.Object(
  {
    replicas: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: MAX_REPLICAS,
        default: 1,
        description: "how many instances, called NAME-0, NAME-1, …; the highest go first",
      }),
    ),
    selector: Type.Object(
      {
        matchLabels: { ...Labels, minProperties: 1, description: "an instance that loses one of them is let go" },
      },
      { ...closed, description: "which instances are its own; never changes" },
    ),
    template: { ...InstanceTemplate, description: "what each instance is made from" },
    updateStrategy: Type.Optional(UpdateStrategy),
    revisionHistoryLimit: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 50,
        default: 10,
        description: "how many old templates are kept for rollout undo",
      }),
    ),
    description: Type.Optional(Type.String({ maxLength: 1024, description: "for people" })),
  },
  closed,
);
export type InstanceSetSpec = Omit<Static<typeof InstanceSetSpec>, "template"> & { template: InstanceTemplate };

export const InstanceSetStatus = Type.Object({
  observedGeneration: Type.Optional(Type.Integer()),
  replicas: Type.Optional(Type.Integer({ description: "instances of its own" })),
  readyReplicas: Type.Optional(Type.Integer({ description: "those whose Ready is True" })),
  updatedReplicas: Type.Optional(Type.Integer({ description: "those that have all of the present template" })),
  currentRevision: Type.Optional(Type.String({ description: "the template that all instances had last" })),
  updateRevision: Type.Optional(Type.String({ description: "the present template" })),
  conditions: Type.Optional(Type.Array(Condition)),
});
export type InstanceSetStatus = Static<typeof InstanceSetStatus>;

export const INSTANCE_SET_CONDITION = {
  accepted: "Accepted",
  /** As many instances as asked for, all ready. */
  ready: "Ready",
  /** Every instance has the present template. */
  updated: "Updated",
  /** Something keeps it from making, adopting or deleting an instance; only there when it happened. */
  replicaFailure: "ReplicaFailure",
  ...COMMON_CONDITION,
} as const;

export const InstanceSet: KindInfo = {
  kind: "InstanceSet",
  plural: "instancesets",
  singular: "instanceset",
  shortNames: ["iset"],
  categories: ["all"],
  namespaced: true,
  maxNameLength: MAX_NAME,
  spec: InstanceSetSpec,
  status: InstanceSetStatus,
  rules: (spec) => instanceSetProblems(spec as InstanceSetSpec),
  conditions: INSTANCE_SET_CONDITION,
  columns: [
    READY_COLUMN,
    { heading: "DESIRED", path: "spec.replicas" },
    { heading: "CURRENT", path: "status.replicas" },
    { heading: "READY", path: "status.readyReplicas" },
    { heading: "UPDATED", path: "status.updatedReplicas" },
    REASON_COLUMN,
    { heading: "REVISION", path: "status.updateRevision", wide: true },
    { heading: "SELECTOR", path: "spec.selector.matchLabels", wide: true },
  ],
  description: "A number of equal instances with ordinal names, changed one after the other.",
};

import { type Static, type TSchema, Type } from "typebox";

export const API_VERSION = "compute.vmctl/v1alpha1";

/** DNS-1123 label, the form of every name: it becomes part of keys, domain names, files and host names. */
export const NAME_PATTERN = "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$";
export const UID_PATTERN = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$";
/** Kubernetes' label keys and values: an optional DNS prefix, then at most 63 characters. */
export const LABEL_KEY_PATTERN =
  "^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";
export const LABEL_VALUE_PATTERN = "^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$";

/** A domain and a name: whose finalizer it is. vmctl has none of its own. */
export const FINALIZER_PATTERN = "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?/[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";

export const Name = Type.String({ pattern: NAME_PATTERN, maxLength: 63 });
export const Uid = Type.String({ pattern: UID_PATTERN });
export const Timestamp = Type.String({ format: "date-time" });

const closed = { additionalProperties: false } as const;

export const Labels = Type.Record(
  Type.String({ pattern: LABEL_KEY_PATTERN }),
  Type.String({ pattern: LABEL_VALUE_PATTERN }),
  closed,
);
export const Annotations = Type.Record(Type.String({ pattern: LABEL_KEY_PATTERN }), Type.String(), closed);

const described = <Schema extends TSchema>(schema: Schema, description: string): Schema => ({ ...schema, description });

export const OwnerReference = Type.Object(
  {
    apiVersion: Type.String({ minLength: 1 }),
    kind: Type.String({ minLength: 1 }),
    name: described(Name, "of the owner"),
    uid: described(Uid, "of the owner; another object of this name is no owner"),
    controller: Type.Optional(Type.Boolean({ description: "the owner manages this object; at most one does" })),
    blockOwnerDeletion: Type.Optional(
      Type.Boolean({ description: "with --cascade=foreground the owner stays until this object is gone" }),
    ),
  },
  closed,
);
export type OwnerReference = Static<typeof OwnerReference>;

/** What a user may write under `metadata`, plus what vmctl adds when it stores the object. */
export const Metadata = Type.Object(
  {
    name: described(Name, "unique within its kind and namespace"),
    namespace: Type.Optional(described(Name, "of namespaced kinds; absent: the command line's")),
    labels: Type.Optional(described(Labels, "for selecting; Kubernetes' syntax")),
    annotations: Type.Optional(described(Annotations, "for programs; not for selecting")),
    /** Assigned once at creation; identity of the object, of its domain and of its Placement consumer. */
    uid: Type.Optional(described(Uid, "set at creation; the domain's UUID and the consumer in Placement")),
    /** Counts spec changes, for people; controllers order by revision. */
    generation: Type.Optional(Type.Integer({ minimum: 1, description: "counts changes of the spec" })),
    creationTimestamp: Type.Optional(described(Timestamp, "set at creation")),
    /** Set by delete; one-way once admitted (S3). */
    deletionTimestamp: Type.Optional(described(Timestamp, "set by delete; never taken back")),
    /** The spec key's mod revision as read. Never stored; a manifest that carries it is an optimistic lock. */
    resourceVersion: Type.Optional(
      Type.String({ pattern: "^[0-9]+$", description: "in a manifest: refuse when the object changed since" }),
    ),
    finalizers: Type.Optional(
      Type.Array(Type.String({ pattern: FINALIZER_PATTERN, maxLength: 253 }), {
        listType: "set",
        maxItems: 16,
        description: "example.org/name: programs that must have taken theirs away before the object goes",
      }),
    ),
    ownerReferences: Type.Optional(
      Type.Array(OwnerReference, {
        listType: "map",
        listMapKeys: ["uid"],
        maxItems: 16,
        description: "objects that this one goes with, in the same namespace or of the whole cluster",
      }),
    ),
    /** Written by vmctl alone; a manifest may carry it (`get --show-managed-fields`), and it is not heard. */
    managedFields: Type.Optional(
      Type.Unknown({ description: "who set which field; kept by vmctl, shown with --show-managed-fields" }),
    ),
  },
  closed,
);
export type Metadata = Static<typeof Metadata>;

/** Metadata of an object that went through apply: identity and counters are there. */
export type StoredMetadata = Metadata & {
  readonly uid: string;
  readonly generation: number;
  readonly creationTimestamp: string;
};

/** The value of a `spec/` key. */
export interface StoredObject<Spec = unknown> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: StoredMetadata;
  readonly spec: Spec;
}

/**
 * Requests that are not state: `restart` and `recreate` carry an opaque token, and the node acts once per new
 * token; `power` is what `start` and `stop` set for runStrategies that have no other field for it.
 */
export const ANNOTATION = {
  restart: "compute.vmctl/restart",
  recreate: "compute.vmctl/recreate",
  power: "compute.vmctl/power",
  /** Written by `vmctl recover`: the create revision that was admitted, so that the new key is taken for the old one. */
  recover: "compute.vmctl/recover",
  defaultImage: "compute.vmctl/default-image",
  /** Written with a deletion: what becomes of the objects it owns (`foreground`, `orphan`; absent: `background`). */
  cascade: "compute.vmctl/cascade",
  /** On an Instance of an InstanceSet: the revision of the template it was last written from. */
  revision: "compute.vmctl/revision",
  /** On an Instance of an InstanceSet: the restart that carries out a change of its template. */
  rolloutRestart: "compute.vmctl/rollout-restart",
} as const;

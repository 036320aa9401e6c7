import { type Static, Type } from "typebox";
import { FlavorSpec } from "./flavor.ts";
import { OwnerReference, Timestamp, Uid } from "./meta.ts";

/** Where an admitted instance may run. `epoch` grows only when the right to run moves to another host. */
export const Binding = Type.Object({
  hypervisor: Type.String(),
  epoch: Type.Integer({ minimum: 1 }),
  boundAt: Timestamp,
});
export type Binding = Static<typeof Binding>;

/** Intent to claim in an outside Placement, written before the claim (architecture 4.5). */
export const SchedulingIntent = Type.Object({
  host: Type.String(),
  attempt: Type.Integer({ minimum: 1 }),
  since: Timestamp,
});
export type SchedulingIntent = Static<typeof SchedulingIntent>;

/** What an instance keeps of its Flavor, until it follows a change. `revision`: mod revision of the record that had it so. */
export const FlavorSnapshot = Type.Object({ name: Type.String(), revision: Type.Integer(), spec: FlavorSpec });
export type FlavorSnapshot = Static<typeof FlavorSnapshot>;

/** What of the spec is in force: the last content that was accepted, also after the spec key vanished (S4). */
export const AcceptedSpec = Type.Object({
  generation: Type.Integer(),
  labels: Type.Optional(Type.Record(Type.String(), Type.String())),
  annotations: Type.Optional(Type.Record(Type.String(), Type.String())),
  finalizers: Type.Optional(Type.Array(Type.String())),
  ownerReferences: Type.Optional(Type.Array(OwnerReference)),
  spec: Type.Unknown(),
  /** Of an instance: what its Flavor said when it was accepted. */
  flavor: Type.Optional(FlavorSnapshot),
});
export type AcceptedSpec = Static<typeof AcceptedSpec>;

/** What becomes of the objects that a deleted one owns; absent: Background. */
export const CASCADES = ["background", "foreground", "orphan"] as const;
export type Cascade = (typeof CASCADES)[number];

/** A deletion, from the moment a controller has seen it. Nothing takes it back, nothing changes it (S3). */
export const Deletion = Type.Object({
  requestedAt: Timestamp,
  cascade: Type.Optional(Type.Union(CASCADES.map((name) => Type.Literal(name)))),
});
export type Deletion = Omit<Static<typeof Deletion>, "cascade"> & { cascade?: Cascade };

/**
 * The value of a `status/` key: what controllers decided about one object. `uid` and `specCreateRevision` are what
 * was admitted (S1) and stay whatever happens to the spec key; without `uid` nothing was admitted and the record
 * only tells why (Accepted=False). `deletion` is set once and never taken back (S3).
 */
export const StatusRecord = Type.Object({
  uid: Type.Optional(Uid),
  specCreateRevision: Type.Integer(),
  accepted: Type.Optional(AcceptedSpec),
  deletion: Type.Optional(Deletion),
  binding: Type.Optional(Binding),
  scheduling: Type.Optional(SchedulingIntent),
  status: Type.Unknown(),
});
export type StatusRecord<Status = unknown> = Omit<Static<typeof StatusRecord>, "status" | "deletion"> & {
  deletion?: Deletion;
  status: Status;
};

/** The value of a `uids/` key. */
export const UidRecord = Type.Object({ tail: Type.String() });
export type UidRecord = Static<typeof UidRecord>;

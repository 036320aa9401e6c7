import { type Static, Type } from "typebox";
import { Condition } from "./conditions.ts";
import { Amounts } from "./hypervisor.ts";
import { Address } from "./instance-status.ts";
import { Timestamp, Uid } from "./meta.ts";

/** What a host sees of one instance. `Absent` acknowledges an `Absent` assignment: nothing of it is left here. */
export const OBSERVED_STATES = [
  "Building",
  "Starting",
  "Running",
  "Paused",
  "Stopping",
  "Stopped",
  "Failed",
  "Absent",
  "MovedAway",
] as const;
export type ObservedState = (typeof OBSERVED_STATES)[number];

/** Why a domain is not running. */
export const STOP_REASONS = [
  "Requested",
  "GuestShutdown",
  "Crashed",
  "Destroyed",
  "HostRestarted",
  "NeverStarted",
] as const;
export type StopReason = (typeof STOP_REASONS)[number];

/** Becomes the reason of a condition: another text would make a status that nobody can read. */
const Reason = Condition.properties.reason;

/** A failure that is being retried (or, `terminal`, waits for a change). Reasons are condition reasons. */
export const Problem = Type.Object({
  reason: Reason,
  message: Type.String(),
  terminal: Type.Boolean(),
});
export type Problem = Static<typeof Problem>;

/** The value of `observed/<host>/instances/<uid>`; facts only, controllers derive conditions from them. */
export const ObservedInstance = Type.Object({
  uid: Uid,
  epoch: Type.Integer(),
  /** From the assignment acted upon. */
  specRevision: Type.Integer(),
  generation: Type.Integer(),
  state: Type.Union(OBSERVED_STATES.map((name) => Type.Literal(name))),
  stopReason: Type.Optional(Type.Union(STOP_REASONS.map((name) => Type.Literal(name)))),
  startedAt: Type.Optional(Timestamp),
  restarts: Type.Integer(),
  /** Image in use or on its way. `digest` is `sha256:…`. */
  image: Type.Optional(
    Type.Object({
      ready: Type.Boolean(),
      digest: Type.Optional(Type.String()),
      progress: Type.Optional(Type.Object({ bytes: Type.Number(), total: Type.Optional(Type.Number()) })),
    }),
  ),
  /** `undefined`: not known yet; empty with `addressesUnknowable`: this host cannot find out. */
  addresses: Type.Optional(Type.Array(Address)),
  addressesUnknowable: Type.Optional(Type.Boolean()),
  /** Spec paths whose change waits, per effect. */
  pending: Type.Object({
    restart: Type.Array(Type.String()),
    recreate: Type.Array(Type.String()),
    guestConfig: Type.Array(Type.String()),
  }),
  problem: Type.Optional(Problem),
  retryAt: Type.Optional(Timestamp),
  unassigned: Type.Optional(Type.Boolean()),
});
export type ObservedInstance = Omit<Static<typeof ObservedInstance>, "state" | "stopReason"> & {
  state: ObservedState;
  stopReason?: StopReason;
};

export const HostFact = Type.Object({ ok: Type.Boolean(), reason: Reason, message: Type.String() });
export type HostFact = Static<typeof HostFact>;

/** Reasons of a KvmUsable that is not ok by which no guest can run under KVM; by any other, nobody knows. */
export const KVM_DISPROVED = ["NoDevice", "LibvirtRefuses", "GuestHangs", "GuestFails"] as const;

/** The value of `observed/<host>/host`: written when something in it changed, never as a heartbeat. */
export const ObservedHost = Type.Object({
  hostname: Type.String(),
  observeOnly: Type.Boolean(),
  /** False from SIGTERM on, until the next start has synced. */
  serving: Type.Boolean(),
  capacity: Amounts,
  unmanaged: Type.Object({ domains: Type.Integer(), ...Amounts.properties }),
  virtType: Type.Union([Type.Literal("kvm"), Type.Literal("qemu")]),
  versions: Type.Record(Type.String(), Type.String()),
  networks: Type.Array(Type.String()),
  bridges: Type.Array(Type.String()),
  pools: Type.Array(Type.String()),
  traits: Type.Array(Type.String()),
  facts: Type.Object({
    LibvirtReachable: HostFact,
    KvmUsable: HostFact,
    NetworkReady: HostFact,
    StoragePoolReady: HostFact,
  }),
  /** Machines of ours that etcd does not know (`namespace/name (uid)`): reported, never touched. */
  orphans: Type.Optional(Type.Array(Type.String())),
});
export type ObservedHost = Omit<Static<typeof ObservedHost>, "virtType"> & { virtType: "kvm" | "qemu" };

/** The value of `alive/<host>`, on the node's lease; `sequence` moves with each heartbeat. */
export const Alive = Type.Object({
  machineId: Type.String(),
  bootId: Type.String(),
  startToken: Type.String(),
  sequence: Type.Integer(),
  version: Type.String(),
  /** TTL of its lease: a sequence that stands still for longer than twice this is silence too. */
  ttlSeconds: Type.Optional(Type.Number({ minimum: 1 })),
});
export type Alive = Static<typeof Alive>;

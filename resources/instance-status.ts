import { type Static, Type } from "typebox";
import { COMMON_CONDITION, COMMON_REASON } from "./common-conditions.ts";
import { Condition } from "./conditions.ts";

/** Derived for people, never read by code. */
export const PHASES = [
  "Pending",
  "Scheduled",
  "Building",
  "Starting",
  "Running",
  "Stopping",
  "Stopped",
  "Failed",
  "Terminating",
  "Unknown",
] as const;
export type Phase = (typeof PHASES)[number];

export const Address = Type.Object({
  interface: Type.String(),
  mac: Type.String(),
  ip: Type.String(),
  /** Who said so: DHCP lease, guest agent, or the host's neighbour table. */
  source: Type.Union([Type.Literal("lease"), Type.Literal("agent"), Type.Literal("arp"), Type.Literal("static")]),
});
export type Address = Static<typeof Address>;

export const InstanceStatus = Type.Object({
  phase: Type.Optional(Type.String({ description: "for people, derived from the conditions" })),
  hypervisor: Type.Optional(Type.String({ description: "where it is bound to" })),
  addresses: Type.Optional(Type.Array(Address)),
  resources: Type.Optional(
    Type.Object(
      { vcpu: Type.Integer(), memory: Type.String(), disk: Type.String() },
      { description: "with a flavor: what it and the spec come to" },
    ),
  ),
  observedGeneration: Type.Optional(Type.Integer({ description: "the generation the host has acted upon" })),
  observedRevision: Type.Optional(Type.Integer({ description: "the resourceVersion the host has acted upon" })),
  imageDigest: Type.Optional(Type.String({ description: "of the image its disk was made from" })),
  startedAt: Type.Optional(Type.String({ description: "when the domain was started last" })),
  /** Times the node started the domain again after it ended. */
  restarts: Type.Optional(Type.Integer({ description: "times it was started again after it ended" })),
  conditions: Type.Optional(Type.Array(Condition)),
});
export type InstanceStatus = Static<typeof InstanceStatus>;

/** Condition types of an Instance. */
export const INSTANCE_CONDITION = {
  accepted: "Accepted",
  scheduled: "Scheduled",
  allocated: "Allocated",
  imageReady: "ImageReady",
  addressAssigned: "AddressAssigned",
  guestConfigApplied: "GuestConfigApplied",
  restartRequired: "RestartRequired",
  recreateRequired: "RecreateRequired",
  flavorCurrent: "FlavorCurrent",
  ready: "Ready",
  ...COMMON_CONDITION,
} as const;

/** Reasons that controllers give; beside these a condition repeats the host's own (its problems and stop reasons). */
export const REASON = {
  admitted: "Admitted",
  uidMissing: "UidMissing",
  uidTaken: "UidTaken",
  identityChanged: "IdentityChanged",
  specMissing: "SpecMissing",
  invalid: "Invalid",
  bound: "Bound",
  assignedBefore: "AssignedBefore",
  noCapacity: "NoCapacity",
  invalidRequest: "InvalidRequest",
  imageNotFound: "ImageNotFound",
  flavorNotFound: "FlavorNotFound",
  flavorChanged: "FlavorChanged",
  secretNotFound: "SecretNotFound",
  secretUnusable: "SecretUnusable",
  noDefaultImage: "NoDefaultImage",
  hypervisorNotFound: "HypervisorNotFound",
  placementUnreachable: "PlacementUnreachable",
  allocationMissing: "AllocationMissing",
  notDiscoverable: "NotDiscoverable",
  needsRecreate: "NeedsRecreate",
  needsRestart: "NeedsRestart",
  upToDate: "UpToDate",
  hostSilent: "HostSilent",
  hostStopped: "HostStopped",
  quarantined: "Quarantined",
  unassigned: "Unassigned",
  terminating: "Terminating",
  waiting: "Waiting",
  updating: "Updating",
  downloading: "Downloading",
  verified: "Verified",
  allocated: "Allocated",
  addressAssigned: "Assigned",
  addressPending: "AddressPending",
  notRunning: "NotRunning",
  running: "Running",
  ...COMMON_REASON,
} as const;

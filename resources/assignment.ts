import { type Static, Type } from "typebox";
import { Firmware, ImageFormat, ImageSource } from "./image-source.ts";
import { Name, Uid } from "./meta.ts";

export const Desired = Type.Union(["Running", "Stopped", "Absent", "MovedAway"].map((name) => Type.Literal(name)));
export type DesiredState = "Running" | "Stopped" | "Absent" | "MovedAway";

export const MachineInterface = Type.Object({
  name: Name,
  network: Type.Optional(Type.String({ minLength: 1, maxLength: 63 })),
  bridge: Type.Optional(Type.String({ pattern: "^[A-Za-z0-9_.-]{1,15}$" })),
  mac: Type.String({ pattern: "^([0-9a-f]{2}:){5}[0-9a-f]{2}$" }),
  addresses: Type.Optional(Type.Array(Type.String())),
});
export type MachineInterface = Static<typeof MachineInterface>;

/** An image resolved for a host. Without `checksum` a start waits until one is agreed, unless `soleUser`. */
export const MachineImage = Type.Object({
  name: Type.Optional(Name),
  source: ImageSource,
  /** `sha256:…`, `sha512:…` or `{url}` as the user gave it. */
  checksum: Type.Optional(Type.Union([Type.String(), Type.Object({ url: Type.String() })])),
  /** The digest every copy must have, once agreed. */
  digest: Type.Optional(Type.String()),
  format: Type.Optional(ImageFormat),
  /** What its disk boots with; absent: what the host gives. */
  firmware: Type.Optional(Firmware),
  /** Digest of the text that holds them (see ImageLogin), kept like those of GuestConfig. */
  credentials: Type.Optional(Type.String({ pattern: "^[0-9a-f]{64}$" })),
});
export type MachineImage = Static<typeof MachineImage>;

/** For HTTP basic authentication; as JSON it is the text behind MachineImage.credentials. */
export const ImageLogin = Type.Object({ username: Type.String(), password: Type.String() });
export type ImageLogin = Static<typeof ImageLogin>;

/** The virtual hardware, resolved: no defaults left to apply, no references. Memory and disk in bytes. */
export const Machine = Type.Object({
  vcpu: Type.Integer({ minimum: 1 }),
  memory: Type.Integer({ minimum: 1 }),
  disk: Type.Integer({ minimum: 1 }),
  image: MachineImage,
  interfaces: Type.Array(MachineInterface),
  hostname: Name,
});
export type Machine = Static<typeof Machine>;

const TextDigest = Type.String({ pattern: "^[0-9a-f]{64}$" });

/** What the guest reads once. Texts live under `assigned/<host>/data/<uid>/<digest>`. Digests are sha256 hex. */
export const GuestConfig = Type.Object({
  sshKeys: Type.Array(Type.String()),
  userData: Type.Optional(TextDigest),
  networkConfig: Type.Optional(TextDigest),
  vendorData: Type.Optional(TextDigest),
});
export type GuestConfig = Static<typeof GuestConfig>;

/**
 * The value of `assigned/<host>/instances/<uid>`: everything the host must know. Never deleted before the host
 * acknowledged `Absent` or `MovedAway` (S7); a missing key means "keep what runs, start nothing".
 */
export const AssignedInstance = Type.Object({
  uid: Uid,
  /** Names become parts of domain names and file names on the host: nothing but DNS labels gets through. */
  namespace: Name,
  name: Name,
  hypervisor: Name,
  epoch: Type.Integer({ minimum: 1 }),
  desired: Desired,
  generation: Type.Integer(),
  /** Mod revision of the spec key this was resolved from. */
  specRevision: Type.Integer(),
  runStrategy: Type.Union(["Always", "RerunOnFailure", "Manual", "Once", "Halted"].map((name) => Type.Literal(name))),
  /** A token not yet carried out means: restart once, recreate once. */
  restartToken: Type.Optional(Type.String()),
  recreateToken: Type.Optional(Type.String()),
  /** updatePolicy.recreate OnChange: a change that needs a new disk may be carried out. */
  recreateOnChange: Type.Boolean(),
  gracePeriodSeconds: Type.Integer({ minimum: 0 }),
  machine: Machine,
  guest: GuestConfig,
});
export type AssignedInstance = Omit<Static<typeof AssignedInstance>, "desired" | "runStrategy"> & {
  desired: DesiredState;
  runStrategy: "Always" | "RerunOnFailure" | "Manual" | "Once" | "Halted";
};

/** The value of `assigned/<host>/host`: what the node must know of its own Hypervisor object. */
export const AssignedHost = Type.Object({
  uid: Uid,
  generation: Type.Integer(),
  virtType: Type.Union([Type.Literal("auto"), Type.Literal("kvm"), Type.Literal("qemu")]),
});
export type AssignedHost = Static<typeof AssignedHost>;

import type { GuestConfig, Machine, MachineImage, MachineInterface } from "./assignment.ts";
import { canonicalJson } from "./canonical-json.ts";
import { withDefaults } from "./defaults.ts";
import type { ImageSpec } from "./image.ts";
import { Instance, type InstanceSpec, type Interface } from "./instance.ts";
import { bytesOf } from "./quantity.ts";
import { sha256Hex } from "./sha256.ts";

/** The network of our own that an instance is on when its manifest says nothing. */
export const DEFAULT_NETWORK = "vmctl0";
const SECTOR = 512;

export interface InstanceToResolve {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly spec: InstanceSpec;
  /** The Image object that `spec.image.name` names, or the default one; not looked at when the source is inline. */
  readonly image?: NamedImage | undefined;
  /** What Secrets hold for it. */
  readonly texts?: SecretTexts | undefined;
}
/** A text, or the digest of one that the host has already. */
export type SecretText = { readonly text: string } | { readonly digest: string };
export interface SecretTexts {
  readonly userData?: SecretText | undefined;
  /** An ImageLogin as JSON. */
  readonly credentials?: SecretText | undefined;
}
export interface NamedImage {
  readonly name: string;
  readonly spec: ImageSpec;
  /** What every copy must have, once agreed: `status.digest`. */
  readonly digest?: string | undefined;
}
export interface ResolvedInstance {
  readonly machine: Machine;
  readonly guest: GuestConfig;
  /** Texts by digest, for `assigned/<host>/data/<uid>/<digest>`. */
  readonly data: ReadonlyMap<string, string>;
}

/**
 * What a host is told: nothing left to look up, no default left to apply. Equal input gives an equal result on
 * every machine. Throws a TypeError when the image has to come from an Image object and none is given.
 */
export function resolveMachine(instance: InstanceToResolve): ResolvedInstance {
  const spec = withDefaults(Instance, instance.spec);
  const machine: Machine = {
    vcpu: spec.resources?.vcpu ?? 1,
    memory: bytesOf(spec.resources?.memory ?? 0),
    disk: Math.ceil(bytesOf(spec.resources?.disk ?? 0) / SECTOR) * SECTOR,
    image: resolveImage(instance),
    interfaces: interfacesOf(spec).map((item) => resolveInterface(instance.uid, item)),
    hostname: spec.hostname ?? instance.name,
  };
  const data = new Map<string, string>();
  const credentials = keep(instance.texts?.credentials, data);
  const image = credentials === undefined ? machine.image : { ...machine.image, credentials };
  return { machine: { ...machine, image }, guest: resolveGuest(spec, instance.texts, data), data };
}

function resolveImage({ spec, image, namespace, name }: InstanceToResolve): MachineImage {
  if (spec.image && "source" in spec.image) return machineImage(spec.image);
  if (!image) throw new TypeError(`instance ${namespace}/${name} is resolved without its image`);
  return { name: image.name, ...machineImage(image.spec, image.digest) };
}

/** Its digest; a text is put with the others. */
function keep(given: SecretText | undefined, data: Map<string, string>): string | undefined {
  if (!given || "digest" in given) return given?.digest;
  const digest = sha256Hex(given.text);
  data.set(digest, given.text);
  return digest;
}

/** A checksum that is a sha256 is the digest: nothing is left to agree. */
function machineImage(spec: ImageSpec, agreed?: string): MachineImage {
  const { source, checksum, format, firmware } = spec;
  const digest = agreed ?? (typeof checksum === "string" && checksum.startsWith("sha256:") ? checksum : undefined);
  return {
    source,
    ...(checksum === undefined ? {} : { checksum }),
    ...(digest === undefined ? {} : { digest }),
    ...(format === undefined ? {} : { format }),
    ...(firmware === undefined ? {} : { firmware }),
  };
}

const interfacesOf = (spec: InstanceSpec): readonly Interface[] =>
  spec.interfaces === undefined || spec.interfaces.length === 0 ? [{ name: "default" }] : spec.interfaces;

function resolveInterface(uid: string, item: Interface): MachineInterface {
  return {
    name: item.name,
    ...(item.bridge === undefined ? { network: item.network ?? DEFAULT_NETWORK } : { bridge: item.bridge }),
    mac: item.mac ?? derivedMac(uid, item.name),
    ...(item.addresses === undefined ? {} : { addresses: [...item.addresses] }),
  };
}

/** QEMU's prefix and three bytes that follow from the identity, so a re-creation keeps its address. */
export function derivedMac(uid: string, interfaceName: string): string {
  const digest = sha256Hex(`${uid}/${interfaceName}`);
  return `52:54:00:${digest.slice(0, 2)}:${digest.slice(2, 4)}:${digest.slice(4, 6)}`;
}

function resolveGuest(spec: InstanceSpec, texts: SecretTexts | undefined, data: Map<string, string>): GuestConfig {
  const guest: GuestConfig = { sshKeys: [...(spec.sshKeys ?? [])] };
  for (const field of ["userData", "networkConfig", "vendorData"] as const) {
    const text = spec.cloudInit?.[field];
    const digest = keep(text === undefined ? undefined : { text }, data);
    if (digest !== undefined) guest[field] = digest;
  }
  const secret = keep(texts?.userData, data);
  return secret === undefined ? guest : { ...guest, userData: secret };
}

/** One digest over all that the guest reads once per instance-id: equal digests, nothing new to read. */
export function guestDigest(guest: GuestConfig, interfaces: readonly MachineInterface[]): string {
  const addresses = interfaces.map(({ name, addresses }) => ({ name, addresses: addresses ?? [] }));
  return sha256Hex(canonicalJson({ guest, addresses }));
}

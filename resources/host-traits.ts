import type { Architecture, Firmware } from "./image-source.ts";
import type { InstanceSpec } from "./instance.ts";
import type { ObservedHost } from "./observed.ts";
import { DEFAULT_NETWORK } from "./resolve-instance.ts";
import { sha256Hex } from "./sha256.ts";

// What vmctl says by traits of hosts: kept by the controller of Hypervisors, required by the scheduler.

/** Traits have at most 255 characters; prefix and digest need theirs. */
const LONGEST = 200;
const DIGEST = 8;

/** A libvirt network of a host. */
export const networkTrait = (name: string): string => customTrait("NETWORK", name);
/** A libvirt storage pool of a host. */
export const poolTrait = (name: string): string => customTrait("POOL", name);

/**
 * `CUSTOM_NETWORK_LAN` for `lan`. A name of which something is lost so (capitals, dashes, length) has part of its digest
 * at the end, so that no two names of a cluster have one trait.
 */
function customTrait(what: "NETWORK" | "POOL", name: string): string {
  const word = name
    .toUpperCase()
    .replaceAll(/[^A-Z0-9_]/g, "_")
    .slice(0, LONGEST);
  const isWhole = /^[a-z0-9_]+$/.test(name) && name.length <= LONGEST;
  const end = isWhole ? "" : `_${sha256Hex(name).slice(0, DIGEST).toUpperCase()}`;
  return `CUSTOM_${what}_${word}${end}`;
}

/** What a host's networks and pools come to. Our own network counts where it works, made or still to be made. */
export function traitsOfHost({ networks, pools, facts }: Pick<ObservedHost, "networks" | "pools" | "facts">): string[] {
  const usable = facts.NetworkReady.ok ? [...networks, DEFAULT_NETWORK] : networks;
  return [...new Set([...usable.map(networkTrait), ...pools.map(poolTrait)])].sort();
}

const OF_ARCHITECTURE: Readonly<Record<Architecture, string>> = {
  x86_64: "HW_ARCH_X86_64",
  aarch64: "HW_ARCH_AARCH64",
  ppc64le: "HW_ARCH_PPC64LE",
  s390x: "HW_ARCH_S390X",
};
const OF_FIRMWARE: Readonly<Record<Firmware, string>> = {
  bios: "COMPUTE_FIRMWARE_BIOS",
  uefi: "COMPUTE_FIRMWARE_UEFI",
};

/** What an image says about the hosts it runs on. */
export interface ImageNeeds {
  readonly architecture?: Architecture | undefined;
  readonly firmware?: Firmware | undefined;
}

/** The traits that a spec's interfaces need of the host. Bridges have none: hosts have many that are nobody's business. */
export function interfaceTraits({ interfaces = [] }: InstanceSpec): string[] {
  const nics = interfaces.length > 0 ? interfaces : [{ network: undefined, bridge: undefined }];
  const names = nics.flatMap(({ network = DEFAULT_NETWORK, bridge }) => (bridge === undefined ? [network] : []));
  return [...new Set(names.map(networkTrait))];
}

/** The traits that an image needs of the host. */
export const imageTraits = ({ architecture, firmware }: ImageNeeds): string[] => [
  ...(architecture === undefined ? [] : [OF_ARCHITECTURE[architecture]]),
  ...(firmware === undefined ? [] : [OF_FIRMWARE[firmware]]),
];

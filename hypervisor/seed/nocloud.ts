import type { MachineInterface } from "../../resources/assignment.ts";
import { TerminalError } from "../../runtime/errors.ts";
import type { Seed } from "../hypervisor.ts";
import type { IsoFile } from "./iso9660.ts";

/** The label by which cloud-init and the tiny guest find the seed. */
export const SEED_LABEL = "cidata";

/** cloud-init asks for user-data to be there; this is the shortest that means "nothing". */
const NO_USER_DATA = "#cloud-config\n";

/** What YAML cannot carry in a quoted scalar, or takes for the end of a line. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\ufffe\uffff]/u;
const HOSTNAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;

/**
 * The files of a NoCloud seed, in fixed order. What the user wrote (user-data, vendor-data, network-config) goes in byte
 * for byte; what is ours is JSON, which every YAML reader reads and nothing can be smuggled into. Pure. Throws a
 * TerminalError `SeedInvalid` for a hostname, instance-id or ssh key that is not one line of text: a key with a newline
 * would be two keys, the second not the one somebody reviewed.
 */
export function renderNoCloud(seed: Seed): readonly IsoFile[] {
  const network = seed.networkConfig ?? line(networkConfig(seed.interfaces));
  return [
    file("meta-data", line(metaData(seed))),
    file("user-data", seed.userData ?? NO_USER_DATA),
    ...(seed.vendorData === undefined ? [] : [file("vendor-data", seed.vendorData)]),
    file("network-config", network),
  ];
}

function metaData({ instanceId, hostname, sshKeys }: Seed): object {
  if (!HOSTNAME.test(hostname)) throw new TerminalError("SeedInvalid", `hostname ${JSON.stringify(hostname)}`);
  oneLine("instance-id", instanceId);
  for (const key of sshKeys) oneLine("ssh key", key);
  const keys = sshKeys.length === 0 ? {} : { "public-keys": sshKeys };
  return { "instance-id": instanceId, "local-hostname": hostname, ...keys };
}

function oneLine(what: string, text: string): void {
  if (text.trim() === "" || UNPRINTABLE.test(text)) {
    throw new TerminalError("SeedInvalid", `${what} must be one line of text, got ${JSON.stringify(text)}`);
  }
}

/**
 * Version 2, each interface found by its MAC and left with the name the guest gave it. IPv6 is not mentioned: guests take
 * router advertisements by themselves.
 */
const networkConfig = (interfaces: readonly MachineInterface[]): object => ({
  version: 2,
  ethernets: Object.fromEntries(interfaces.map((item) => [item.name, ethernet(item)])),
});

const ethernet = ({ mac, addresses = [] }: MachineInterface): object => ({
  match: { macaddress: mac },
  ...(addresses.length === 0 ? { dhcp4: true } : { dhcp4: false, addresses }),
});

const line = (value: object): string => `${JSON.stringify(value)}\n`;
const file = (name: string, text: string): IsoFile => ({ name, content: new TextEncoder().encode(text) });

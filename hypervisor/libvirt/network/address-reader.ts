import type { MachineInterface } from "../../../resources/assignment.ts";
import type { Address } from "../../../resources/instance-status.ts";
import type { AddressReport } from "../../hypervisor.ts";
import type { OwnedDomain } from "../domain/machine-reader.ts";
import type { LibvirtLink } from "../libvirt-link.ts";
import type { addressSource } from "../rpc/domain-flags.ts";
import type { GuestInterface } from "../rpc/domains.ts";
import { LibvirtError } from "../rpc/libvirt-error.ts";
import { parseXml } from "../xml/parse-xml.ts";
import { find, findAll, type XmlElement } from "../xml/xml-element.ts";
import type { RunLeases } from "./run-leases.ts";

type Source = keyof typeof addressSource;
const AGENT = "org.qemu.guest_agent.0";
/** The agent answers in milliseconds or hangs. */
const TIMEOUT_MS = 5000;

/**
 * Where a running machine can be reached. Per interface the first source that knows anything speaks: DHCP lease, guest
 * agent, the host's neighbour table, and last what the manifest gave it statically. What DHCP server and neighbour table
 * keep of an earlier run is not known (RunLeases).
 */
export class AddressReader {
  readonly #link: LibvirtLink;
  readonly #leases: RunLeases;

  constructor(link: LibvirtLink, leases: RunLeases) {
    this.#link = link;
    this.#leases = leases;
  }

  async read({ ref, owner }: OwnedDomain, signal?: AbortSignal): Promise<AddressReport> {
    if (ref.id < 0) return { addresses: [], unknowable: false };
    const xml = parseXml(await this.#link.quick.domains.getXml(ref, 0, { signal }));
    const { interfaces } = owner.tags;
    const sources: readonly Source[] = isAgentConnected(xml) ? ["lease", "agent", "arp"] : ["lease", "arp"];
    const found = new Map<string, readonly Address[]>();
    for (const source of sources) {
      const missing = interfaces.filter(({ mac }) => !found.has(mac));
      if (missing.length === 0) break;
      const guest = await this.#ask(ref, source, signal);
      for (const nic of missing)
        keep(found, nic, await this.#leases.believed(ref.uuid, nic, addressesOf(nic, guest, source)));
    }
    for (const nic of interfaces) if (!found.has(nic.mac)) keep(found, nic, staticAddresses(nic));
    const addresses = interfaces.flatMap(({ mac }) => found.get(mac) ?? []);
    const hopeless = addresses.length === 0 && !isAgentConnected(xml) && !(await this.#hasDhcp(interfaces, xml));
    return { addresses, unknowable: hopeless };
  }

  /** A source that refuses (no agent, a driver without ARP) knows nothing. */
  async #ask(ref: OwnedDomain["ref"], source: Source, signal?: AbortSignal): Promise<readonly GuestInterface[]> {
    try {
      return await this.#link.quick.domains.interfaceAddresses(ref, source, { timeoutMs: TIMEOUT_MS, signal });
    } catch (error) {
      if (error instanceof LibvirtError) return [];
      throw error;
    }
  }

  /** Whether any interface hangs on a libvirt network that gives out addresses: then a lease may yet come. */
  async #hasDhcp(interfaces: readonly MachineInterface[], xml: XmlElement): Promise<boolean> {
    if (interfaces.length === 0) return false;
    const sources = findAll(xml, "devices", "interface", "source");
    const names = new Set(sources.flatMap(({ attributes }) => attributes["network"] ?? []));
    const { networks } = this.#link.quick;
    for (const name of names) {
      const text = await networks
        .lookupByName(name)
        .then((net) => networks.getXml(net))
        .catch(() => "");
      if (text && findAll(parseXml(text), "ip", "dhcp").length > 0) return true;
    }
    return false;
  }
}

function isAgentConnected(domain: XmlElement): boolean {
  const channels = findAll(domain, "devices", "channel").map((channel) => find(channel, "target"));
  return channels.some((target) => target?.attributes["name"] === AGENT && target.attributes["state"] === "connected");
}

function keep(found: Map<string, readonly Address[]>, { mac }: MachineInterface, addresses: readonly Address[]): void {
  if (addresses.length > 0) found.set(mac, addresses);
}

function addressesOf(nic: MachineInterface, guest: readonly GuestInterface[], source: Source): readonly Address[] {
  const same = guest.filter(({ mac }) => mac?.toLowerCase() === nic.mac.toLowerCase());
  const ips = same.flatMap(({ addresses }) => addresses.map(({ address }) => address)).filter(isUseful);
  return [...new Set(ips)].map((ip) => ({ interface: nic.name, mac: nic.mac, ip, source }));
}

const staticAddresses = (nic: MachineInterface): readonly Address[] =>
  (nic.addresses ?? []).map((prefix) => ({
    interface: nic.name,
    mac: nic.mac,
    ip: prefix.replace(/\/\d+$/, ""),
    source: "static" as const,
  }));

/** Link-local and loopback addresses lead nowhere from here. */
const isUseful = (ip: string): boolean => !/^(fe[89ab][0-9a-f]:|::1$|127\.|169\.254\.)/i.test(ip);

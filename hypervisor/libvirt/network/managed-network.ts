import { HypervisorError } from "../../hypervisor-error.ts";
import { METADATA_PREFIX, METADATA_URI } from "../domain/ownership.ts";
import type { LibvirtLink } from "../libvirt-link.ts";
import { isLibvirtError } from "../rpc/libvirt-error.ts";
import type { NetworkRef } from "../rpc/wire-refs.ts";
import { parseXml } from "../xml/parse-xml.ts";
import { renderXml } from "../xml/render-xml.ts";
import { element, find, findAll, type XmlElement } from "../xml/xml-element.ts";
import { freeSubnet } from "./free-subnet.ts";
import { hostBridges, hostPrefixes, portsOf } from "./host-links.ts";

/**
 * The one network that is ours: NAT and DHCP on a /24 that was free when it was made. Recognised by our metadata, not
 * by its name; a network of that name that is not ours is left as it is.
 */
export class ManagedNetwork {
  readonly #link: LibvirtLink;
  readonly #name: string;

  constructor(link: LibvirtLink, name: string) {
    this.#link = link;
    this.#name = name;
  }

  /** Defined, started, autostarted. A foreign network of the name is used if active, never started or changed. */
  async ensure(): Promise<void> {
    const present = await this.#find();
    if (present && !(await this.#isOurs(present))) return;
    const net = present && !(await this.#lostItsBridge(present)) ? present : await this.#define(present);
    const { networks } = this.#link.slow;
    if (!(await networks.getAutostart(net))) await networks.setAutostart(net, true);
    if (await networks.isActive(net)) return;
    try {
      await networks.create(net);
    } catch (error) {
      if (!isLibvirtError(error, "OPERATION_INVALID") || !(await networks.isActive(net))) throw error;
    }
  }

  /** Only if it is ours, and no domain, whosever, is defined with it (`StillRunning`). Already gone is success. */
  async remove(): Promise<void> {
    const net = await this.#find();
    if (!net || !(await this.#isOurs(net))) return;
    const users = await this.#users();
    if (users.length > 0)
      throw new HypervisorError("StillRunning", `network ${this.#name} is used by ${users.join(", ")}`);
    const { networks } = this.#link.slow;
    if (await networks.isActive(net)) await networks.destroy(net);
    await networks.undefine(net);
  }

  async #find(): Promise<NetworkRef | undefined> {
    try {
      return await this.#link.quick.networks.lookupByName(this.#name);
    } catch (error) {
      if (isLibvirtError(error, "NO_NETWORK")) return undefined;
      throw error;
    }
  }

  async #isOurs(net: NetworkRef): Promise<boolean> {
    const xml = parseXml(await this.#link.quick.networks.getXml(net));
    const marks = find(xml, "metadata")?.children ?? [];
    return marks.some(({ attributes }) => Object.values(attributes).includes(METADATA_URI));
  }

  /**
   * Ours, inactive, and a bridge of its name stands there without ports: left by a libvirt that is no more. libvirt
   * would never start the network again, so it is made anew, on another bridge and another subnet.
   */
  async #lostItsBridge(net: NetworkRef): Promise<boolean> {
    const { networks } = this.#link.quick;
    if (await networks.isActive(net)) return false;
    const bridge = find(parseXml(await networks.getXml(net)), "bridge")?.attributes["name"];
    return bridge !== undefined && (await hostBridges()).includes(bridge) && (await portsOf(bridge)).length === 0;
  }

  async #define(replaced: NetworkRef | undefined): Promise<NetworkRef> {
    const subnet = freeSubnet([...(await hostPrefixes()), ...(await this.#libvirtPrefixes())]);
    if (!subnet) throw new HypervisorError("NetworkNotFound", "no free /24 for our own network on this host");
    const xml = renderXml(networkXml(this.#name, freeBridge(this.#name, await hostBridges()), subnet));
    // Only once there is something to put in its place.
    if (replaced) await this.#link.slow.networks.undefine(replaced);
    return this.#link.slow.networks.defineXml(xml);
  }

  /** Of every network libvirt knows, active or not. */
  async #libvirtPrefixes(): Promise<readonly string[]> {
    const { networks } = this.#link.quick;
    const texts = await Promise.all((await networks.list()).map((net) => networks.getXml(net)));
    return texts.flatMap((text) => findAll(parseXml(text), "ip").flatMap(prefixOf));
  }

  async #users(): Promise<readonly string[]> {
    const { domains } = this.#link.quick;
    const users: string[] = [];
    for (const ref of await domains.list()) {
      const sources = findAll(parseXml(await domains.getXml(ref)), "devices", "interface", "source");
      if (sources.some(({ attributes }) => attributes["network"] === this.#name)) users.push(ref.name);
    }
    return users;
  }
}

function prefixOf({ attributes }: XmlElement): readonly string[] {
  const { address, netmask, prefix } = attributes;
  if (!address) return [];
  const bits = netmask?.split(".").reduce((sum, part) => sum + Number(part).toString(2).replaceAll("0", "").length, 0);
  return [`${address}/${prefix ?? bits ?? 24}`];
}

/** The network's own name if no bridge has it yet, else that with a number: `vmctl0-1`. */
function freeBridge(name: string, taken: readonly string[]): string {
  for (let n = 0; ; n++) {
    const candidate = n === 0 ? name : `${name}-${n}`;
    if (!taken.includes(candidate)) return candidate;
  }
}

/** libvirt's door to options that it has no element for. */
const DNSMASQ_URI = "http://libvirt.org/schemas/network/dnsmasq/1.0";

/**
 * dnsmasq pings an address for 3 s before it offers it, half of a small guest's boot. It need not: all of this subnet
 * is ours, and .2 to .49 are left to addresses that manifests name (decision 0072).
 */
function networkXml(name: string, bridge: string, subnet: string): XmlElement {
  const base = subnet.replace(/\.0\/24$/, "");
  return element("network", {}, [
    element("name", {}, name),
    element("metadata", {}, [element(`${METADATA_PREFIX}:network`, { [`xmlns:${METADATA_PREFIX}`]: METADATA_URI })]),
    element("forward", { mode: "nat" }),
    element("bridge", { name: bridge, stp: "off", delay: 0 }),
    element("ip", { address: `${base}.1`, netmask: "255.255.255.0" }, [
      element("dhcp", {}, [element("range", { start: `${base}.50`, end: `${base}.254` })]),
    ]),
    element("dnsmasq:options", { "xmlns:dnsmasq": DNSMASQ_URI }, [element("dnsmasq:option", { value: "no-ping" })]),
  ]);
}

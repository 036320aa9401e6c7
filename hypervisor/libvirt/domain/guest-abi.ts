import { parseXml } from "../xml/parse-xml.ts";
import { renderXml } from "../xml/render-xml.ts";
import { attribute, find, type XmlElement } from "../xml/xml-element.ts";

/**
 * What a guest may have come to rely on, as libvirt filled it in at the first define: machine version, CPU,
 * controllers, and the bus address of each device. Kept in the machine's record and carried into every later
 * define, so that an upgraded QEMU or an added device never renames what the guest already has.
 */
export interface GuestAbi {
  /** The CPU goes only into definitions of the same domain type: KVM's is not to be had under TCG. */
  readonly type: string;
  readonly machine: string;
  /** Rendered elements, ready to be put back. */
  readonly cpu?: string;
  readonly controllers: readonly string[];
  /** Device key (see deviceKey) to its rendered `<address>`. */
  readonly addresses: Readonly<Record<string, string>>;
}

/** From a definition that libvirt has given back. Undefined if it names no machine (not a domain). */
export function readGuestAbi(domain: XmlElement): GuestAbi | undefined {
  const machine = attribute(domain, ["os", "type"], "machine");
  const { type } = domain.attributes;
  if (!machine || !type) return undefined;
  const cpu = find(domain, "cpu");
  const devices = find(domain, "devices")?.children ?? [];
  const addresses = devices.flatMap((device) => {
    const key = deviceKey(device);
    const address = find(device, "address");
    return key && address ? [[key, renderXml(address)] as const] : [];
  });
  return {
    type,
    machine,
    ...(cpu && { cpu: renderXml(cpu) }),
    controllers: devices.filter(({ name }) => name === "controller").map(renderXml),
    addresses: Object.fromEntries(addresses),
  };
}

/** A fresh definition with the known ABI put in; devices the ABI does not know get addresses from libvirt. */
export function applyGuestAbi(domain: XmlElement, abi: GuestAbi): XmlElement {
  const sameType = domain.attributes["type"] === abi.type;
  return {
    ...domain,
    children: domain.children.map((child) => {
      if (child.name === "os") return withMachine(child, abi.machine);
      if (child.name === "cpu" && abi.cpu && sameType) return parseXml(abi.cpu);
      return child.name === "devices" ? withAddresses(child, abi) : child;
    }),
  };
}

const withMachine = (os: XmlElement, machine: string): XmlElement => ({
  ...os,
  children: os.children.map((child) =>
    child.name === "type" ? { ...child, attributes: { ...child.attributes, machine } } : child,
  ),
});

function withAddresses(devices: XmlElement, abi: GuestAbi): XmlElement {
  const placed = devices.children
    .filter(({ name }) => name !== "controller")
    .map((device) => {
      const address = abi.addresses[deviceKey(device) ?? ""];
      return address ? { ...device, children: [...device.children, parseXml(address)] } : device;
    });
  return { ...devices, children: [...placed, ...abi.controllers.map((text) => parseXml(text))] };
}

/** True if every device of the definition that can have an address has one in the ABI. */
export const coversDevices = (abi: GuestAbi, domain: XmlElement): boolean =>
  (find(domain, "devices")?.children ?? []).every(
    (device) => (deviceKey(device) ?? "") in { "": "", ...abi.addresses },
  );

/** The same device in two definitions: disks by target, interfaces by MAC, the rest there is one of. */
function deviceKey(device: XmlElement): string | undefined {
  switch (device.name) {
    case "disk":
      return `disk:${attribute(device, ["target"], "dev")}`;
    case "interface":
      return `interface:${attribute(device, ["mac"], "address")?.toLowerCase()}`;
    case "memballoon":
    case "rng":
    case "channel":
    case "watchdog":
      return device.name;
    default:
      return undefined;
  }
}

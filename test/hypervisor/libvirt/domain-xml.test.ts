import { describe, expect, it } from "vitest";
import { type DomainInput, domainXml } from "../../../hypervisor/libvirt/domain/domain-xml.ts";
import { applyGuestAbi, coversDevices, readGuestAbi } from "../../../hypervisor/libvirt/domain/guest-abi.ts";
import { ownershipElement, parseOwnership } from "../../../hypervisor/libvirt/domain/ownership.ts";
import { parseXml } from "../../../hypervisor/libvirt/xml/parse-xml.ts";
import { renderXml } from "../../../hypervisor/libvirt/xml/render-xml.ts";
import { attribute, element, find, findAll, textAt } from "../../../hypervisor/libvirt/xml/xml-element.ts";
import { aMachine, type MachineExample } from "../../conformance/hypervisor-world.ts";

const example = aMachine({ source: { file: "/images/a" } });
const inputFor = ({ identity, machine, tags }: MachineExample): DomainInput => ({
  ...{ identity, machine, tags, virtType: "qemu" },
  ...{ diskPath: "/pool/a&b'<.qcow2", seedPath: "/pool/seed", consoleLog: "/log", defaultNetwork: "vmctl0" },
});

describe("XML", () => {
  it("comes back as it was written, whatever the values", () => {
    const text = `<&>"' \t\n\r é 😀 ]]>`;
    const tree = element("a", { b: text, none: undefined }, [element("c", {}, text), element("d")]);
    expect(parseXml(renderXml(tree))).toEqual(tree);
  });

  it("that cannot carry a value is not written", () => {
    for (const bad of ["\u0000", "\u001b", "\ud800", "\uffff"]) {
      expect(() => renderXml(element("a", { b: bad }))).toThrow(RangeError);
      expect(() => renderXml(element("a", {}, bad))).toThrow(RangeError);
    }
    expect(() => renderXml(element("a b"))).toThrow(RangeError);
    expect(() => renderXml(element("a", { "b='1'": "" }))).toThrow(RangeError);
  });

  it("that is malformed, deep or has a DOCTYPE is a SyntaxError", () => {
    const deep = "<a>".repeat(1000) + "</a>".repeat(1000);
    const bomb = '<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>';
    for (const text of ["", "<a", "<a></b>", "<a/><b/>", deep, bomb]) expect(() => parseXml(text)).toThrow(SyntaxError);
  });
});

describe("a domain", () => {
  it("has virtio disks, a console with a log, an agent's channel, and boots from its firmware", () => {
    const domain = parseXml(renderXml(domainXml(inputFor(example))));
    expect(textAt(domain, "name")).toBe(`default.${example.identity.name}`);
    expect(textAt(domain, "uuid")).toBe(example.uid);
    expect(findAll(domain, "devices", "disk").map((disk) => attribute(disk, ["source"], "file"))).toEqual([
      "/pool/a&b'<.qcow2",
      "/pool/seed",
    ]);
    expect(findAll(domain, "devices", "disk", "target").map(({ attributes }) => attributes["bus"])).toEqual([
      "virtio",
      "virtio",
    ]);
    expect(attribute(domain, ["devices", "serial", "log"], "file")).toBe("/log");
    expect(attribute(domain, ["devices", "channel", "target"], "name")).toBe("org.qemu.guest_agent.0");
    expect(attribute(domain, ["os", "boot"], "dev")).toBe("hd");
    expect(find(domain, "os", "kernel")).toBeUndefined();
    expect(find(domain, "devices", "graphics")).toBeUndefined();
  });

  it("boots with UEFI when its image says so", () => {
    const firmwareOf = (firmware?: "bios" | "uefi") => {
      const image = { ...example.machine.image, ...(firmware && { firmware }) };
      const domain = domainXml({ ...inputFor(example), machine: { ...example.machine, image } });
      return attribute(domain, ["os"], "firmware");
    };
    expect([firmwareOf(), firmwareOf("bios"), firmwareOf("uefi")]).toEqual([undefined, undefined, "efi"]);
  });

  it("hangs on its bridge, its network, or the default network", () => {
    const mac = "52:54:00:00:00:01";
    const interfaces = [
      { name: "a", bridge: "br0", mac },
      { name: "b", network: "lan", mac },
      { name: "c", mac },
    ];
    const domain = domainXml(inputFor(aMachine({ source: { file: "/a" } }, { interfaces })));
    expect(findAll(domain, "devices", "interface", "source").map(({ attributes }) => attributes)).toEqual([
      { bridge: "br0" },
      { network: "lan" },
      { network: "vmctl0" },
    ]);
  });
});

describe("ownership", () => {
  const text = renderXml(ownershipElement(example.identity, example.tags));

  it("comes back with every tag", () => {
    expect(parseOwnership(text, example.uid)).toEqual({ identity: example.identity, tags: example.tags });
  });

  it("comes back from libvirt without our prefix", () => {
    const plain = text
      .replaceAll("vmctl:instance", "instance")
      .replaceAll("vmctl:tags", "tags")
      .replace("xmlns:vmctl", "xmlns");
    expect(parseOwnership(plain, example.uid)?.tags).toEqual(example.tags);
  });

  it("of another uuid (a clone), or broken, is none", () => {
    expect(parseOwnership(text, "11111111-2222-3333-4444-555555555555")).toBeUndefined();
    for (const broken of [
      "",
      "<a",
      "<instance/>",
      text.replace("specRevision", "x"),
      text.replace(/\{.*\}/, "{}"),
      text.replace(/\{.*\}/, "null"),
    ]) {
      expect(parseOwnership(broken, example.uid)).toBeUndefined();
    }
  });
});

describe("the guest's ABI", () => {
  const fresh = domainXml(inputFor(example));
  /** As libvirt gives it back: machine version, controllers and addresses filled in. */
  const defined = parseXml(
    renderXml(fresh)
      .replace('machine="q35"', 'machine="pc-q35-7.2"')
      .replaceAll(/<target dev="vd(.)" bus="virtio"\/>/g, '$&<address type="pci" bus="0x0$1"/>')
      .replace("</interface>", '<address type="pci" bus="0x01"/></interface>')
      .replace("</devices>", '<controller type="pci" index="1" model="pcie-root-port"/></devices>'),
  );
  const abi = readGuestAbi(defined) ?? expect.fail("no ABI");

  it("is carried into a definition with other hardware", () => {
    const machine = {
      ...example.machine,
      vcpu: 4,
      interfaces: [...example.machine.interfaces, { name: "b", mac: "52:54:00:00:00:02" }],
    };
    const next = applyGuestAbi(domainXml(inputFor({ ...example, machine })), abi);
    expect(attribute(next, ["os", "type"], "machine")).toBe("pc-q35-7.2");
    expect(textAt(next, "vcpu")).toBe("4");
    expect(findAll(next, "devices", "disk", "address").map(({ attributes }) => attributes["bus"])).toEqual([
      "0x0a",
      "0x0b",
    ]);
    const [first, second] = findAll(next, "devices", "interface");
    expect(attribute(first, ["address"], "bus")).toBe("0x01");
    expect(find(second, "address")).toBeUndefined();
    expect(findAll(next, "devices", "controller").map(({ attributes }) => attributes["model"])).toEqual([
      "none",
      "pcie-root-port",
    ]);
    expect(coversDevices(abi, next)).toBe(false);
  });

  it("does not bring KVM's CPU into an emulated domain", () => {
    const emulated = applyGuestAbi(fresh, { ...abi, type: "kvm", cpu: '<cpu mode="host-passthrough"/>' });
    expect(attribute(emulated, ["cpu"], "mode")).toBe("maximum");
  });
});

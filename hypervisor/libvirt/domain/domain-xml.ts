import type { Machine, MachineInterface } from "../../../resources/assignment.ts";
import type { Firmware } from "../../../resources/image-source.ts";
import { domainName } from "../../domain-name.ts";
import type { MachineIdentity, MachineTags } from "../../hypervisor.ts";
import { element, type XmlElement } from "../xml/xml-element.ts";
import { ownershipElement } from "./ownership.ts";

export interface DomainInput {
  readonly identity: MachineIdentity;
  readonly machine: Machine;
  readonly tags: MachineTags;
  readonly virtType: "kvm" | "qemu" | "test";
  readonly diskPath: string;
  readonly seedPath: string;
  readonly consoleLog: string;
  /** Network of an interface that names neither network nor bridge. */
  readonly defaultNetwork: string;
}

/** The definition of a machine before libvirt fills in versions and addresses. */
export function domainXml(input: DomainInput): XmlElement {
  const { identity, machine, tags, virtType } = input;
  return element("domain", { type: virtType }, [
    element("name", {}, domainName(identity)),
    element("uuid", {}, identity.uid),
    element("metadata", {}, [ownershipElement(identity, tags)]),
    element("memory", { unit: "b" }, machine.memory),
    element("currentMemory", { unit: "b" }, machine.memory),
    element("vcpu", { placement: "static" }, machine.vcpu),
    ...(virtType === "test" ? [testOs()] : pcHardware(virtType, machine.image.firmware)),
    element("on_poweroff", {}, "destroy"),
    element("on_reboot", {}, "restart"),
    element("on_crash", {}, "destroy"),
    devices(input),
  ]);
}

/** libvirt's test driver knows no machine types. */
const testOs = (): XmlElement => element("os", {}, [element("type", {}, "hvm")]);

/** Firmware boots the disk: the road of every downloaded cloud image. Which UEFI, and its variables, libvirt chooses. */
function pcHardware(virtType: "kvm" | "qemu", firmware: Firmware | undefined): readonly XmlElement[] {
  const chosen = firmware === "uefi" ? { firmware: "efi" } : {};
  return [
    element("os", chosen, [element("type", { arch: "x86_64", machine: "q35" }, "hvm"), element("boot", { dev: "hd" })]),
    element("features", {}, [element("acpi"), element("apic")]),
    virtType === "kvm"
      ? element("cpu", { mode: "host-passthrough", check: "none", migratable: "on" })
      : element("cpu", { mode: "maximum", check: "none", migratable: "on" }),
    element("clock", { offset: "utc" }, [
      element("timer", { name: "rtc", tickpolicy: "catchup" }),
      element("timer", { name: "pit", tickpolicy: "delay" }),
      element("timer", { name: "hpet", present: "no" }),
    ]),
    element("pm", {}, [element("suspend-to-mem", { enabled: "no" }), element("suspend-to-disk", { enabled: "no" })]),
  ];
}

function devices(input: DomainInput): XmlElement {
  const isTest = input.virtType === "test";
  return element("devices", {}, [
    ...(isTest ? [] : [element("controller", { type: "usb", model: "none" })]),
    disk(input.diskPath, "vda", "qcow2"),
    disk(input.seedPath, "vdb", "raw"),
    ...input.machine.interfaces.map((nic) => networkInterface(nic, input.defaultNetwork)),
    ...(isTest ? [] : channels(input.consoleLog)),
  ]);
}

/** Cloud kernels have no AHCI, so the seed is a virtio disk like the other (label cidata finds it). */
const disk = (path: string, target: "vda" | "vdb", type: "qcow2" | "raw"): XmlElement =>
  element("disk", { type: "file", device: "disk" }, [
    element("driver", { name: "qemu", type, ...(type === "qcow2" && { discard: "unmap" }) }),
    element("source", { file: path }),
    element("target", { dev: target, bus: "virtio" }),
    type === "raw" ? element("readonly") : undefined,
  ]);

const networkInterface = (nic: MachineInterface, defaultNetwork: string): XmlElement =>
  element("interface", { type: nic.bridge ? "bridge" : "network" }, [
    element("mac", { address: nic.mac }),
    element("source", nic.bridge ? { bridge: nic.bridge } : { network: nic.network ?? defaultNetwork }),
    element("model", { type: "virtio" }),
  ]);

/** Console with a log, guest agent, randomness, balloon; no graphics. */
const channels = (consoleLog: string): readonly XmlElement[] => [
  element("serial", { type: "pty" }, [
    element("log", { file: consoleLog, append: "on" }),
    element("target", { type: "isa-serial", port: 0 }),
  ]),
  element("console", { type: "pty" }, [element("target", { type: "serial", port: 0 })]),
  element("channel", { type: "unix" }, [element("target", { type: "virtio", name: "org.qemu.guest_agent.0" })]),
  element("rng", { model: "virtio" }, [element("backend", { model: "random" }, "/dev/urandom")]),
  element("memballoon", { model: "virtio" }, [element("stats", { period: 10 })]),
];

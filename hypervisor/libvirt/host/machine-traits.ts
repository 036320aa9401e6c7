import { attribute, find, findAll, type XmlElement } from "../xml/xml-element.ts";

/** Architectures that OpenStack has a HW_ARCH_ trait for, by the kernel's and libvirt's word. */
const ARCHITECTURES: ReadonlySet<string> = new Set([
  "x86_64",
  "i686",
  "aarch64",
  "ppc64",
  "ppc64le",
  "s390x",
  "mips64",
  "mips64el",
]);

/** Of the host's processor. `model` as libvirt's node information has it: `x86_64`. */
export const architectureTraits = (model: string): readonly string[] =>
  ARCHITECTURES.has(model) ? [`HW_ARCH_${model.toUpperCase()}`] : [];

/** How machines run here: no standard trait tells KVM from emulation. */
export const virtTypeTrait = (virtType: "kvm" | "qemu"): string => `CUSTOM_VIRT_TYPE_${virtType.toUpperCase()}`;

/** What machines of ours (x86_64, q35) can have here, by libvirt's domain capabilities of them. */
export function machineTraits(capabilities: XmlElement): readonly string[] {
  const os = find(capabilities, "os");
  const firmware = enumValues(os, "firmware");
  const isLoaderThere = attribute(os, ["loader"], "supported") === "yes";
  const mayBeSecure = isLoaderThere && enumValues(find(os, "loader"), "secure").includes("yes");
  return [
    "COMPUTE_ARCH_X86_64",
    // QEMU's own, always there.
    "COMPUTE_FIRMWARE_BIOS",
    ...(firmware.includes("efi") ? ["COMPUTE_FIRMWARE_UEFI"] : []),
    ...(firmware.includes("efi") && mayBeSecure ? ["COMPUTE_SECURITY_UEFI_SECURE_BOOT"] : []),
  ];
}

function enumValues(from: XmlElement | undefined, name: string): readonly string[] {
  const found = findAll(from, "enum").find(({ attributes }) => attributes["name"] === name);
  return findAll(found, "value").map(({ text }) => text);
}

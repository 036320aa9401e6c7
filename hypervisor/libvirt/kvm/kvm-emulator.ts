import type { Clock } from "../../../runtime/clock.ts";
import type { LibvirtLink } from "../libvirt-link.ts";
import { LibvirtError } from "../rpc/libvirt-error.ts";
import { parseXml } from "../xml/parse-xml.ts";
import { textAt } from "../xml/xml-element.ts";

export interface KvmEmulator {
  readonly emulator: string;
  readonly version: string;
}

const RETRY_MS = 1000;

/** What libvirt would run a KVM guest with; undefined if it offers no KVM. Waits until libvirt is there. */
export async function kvmEmulator(
  link: LibvirtLink,
  clock: Clock,
  signal: AbortSignal,
): Promise<KvmEmulator | undefined> {
  while (!link.isConnected) await clock.sleep(RETRY_MS, signal);
  const { node } = link.quick;
  try {
    const query = { virtType: "kvm", arch: "x86_64", machine: "q35" };
    const emulator = textAt(parseXml(await node.getDomainCapabilities(query, { signal })), "path");
    return emulator === undefined ? undefined : { emulator, version: await node.getVersion({ signal }) };
  } catch (error) {
    if (error instanceof LibvirtError) return undefined;
    throw error;
  }
}

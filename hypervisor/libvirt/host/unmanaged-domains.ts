import type { HostState } from "../../hypervisor.ts";
import type { MachineReader } from "../domain/machine-reader.ts";
import type { LibvirtLink } from "../libvirt-link.ts";
import { domainStats } from "../rpc/domain-flags.ts";
import { isLibvirtError, LibvirtError } from "../rpc/libvirt-error.ts";
import type { TypedValue } from "../rpc/typed-params.ts";

type Params = ReadonlyMap<string, TypedValue>;

/** What domains that are not ours may use, running or not: their maximum of memory and CPUs, and their disks' size. */
export async function unmanagedDomains(link: LibvirtLink, reader: MachineReader, signal?: AbortSignal) {
  const sum = { domains: 0, vcpu: 0, memory: 0, disk: 0 };
  const disks = await diskSizes(link, signal);
  for (const ref of await link.quick.domains.list(0, { signal })) {
    if (await reader.ownership(ref, signal)) continue;
    const info = await link.quick.domains.getInfo(ref, { signal }).catch(goneIsUndefined);
    if (!info) continue;
    sum.domains += 1;
    sum.vcpu += info.vcpus;
    sum.memory += info.maxMemoryKiB * 1024;
    sum.disk += disks.get(ref.uuid) ?? 0;
  }
  return sum satisfies HostState["unmanaged"];
}

/** Bytes per domain. A driver without block figures has no disks either. */
async function diskSizes(link: LibvirtLink, signal?: AbortSignal): Promise<ReadonlyMap<string, number>> {
  try {
    const records = await link.quick.domains.stats(domainStats.block, { signal });
    return new Map(records.map(({ dom, params }) => [dom.uuid, capacities(params)]));
  } catch (error) {
    if (error instanceof LibvirtError) return new Map();
    throw error;
  }
}

function capacities(params: Params): number {
  const count = Number(params.get("block.count")?.value ?? 0);
  const sizes = Array.from({ length: count }, (_, i) => Number(params.get(`block.${i}.capacity`)?.value ?? 0));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function goneIsUndefined(error: unknown): undefined {
  if (!isLibvirtError(error, "NO_DOMAIN")) throw error;
}

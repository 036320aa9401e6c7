import type { HostFact } from "../../resources/observed.ts";
import type { HostState } from "../hypervisor.ts";
import type { SimulatedHost } from "./simulated-host.ts";

const good = (reason: string): HostFact => ({ ok: true, reason, message: "simulated" });

export function simulatedHostState(host: SimulatedHost): HostState {
  const unmanaged = { domains: host.foreign.size, vcpu: 0, memory: 0, disk: 0 };
  for (const { uses } of host.foreign.values()) {
    unmanaged.vcpu += uses.vcpu;
    unmanaged.memory += uses.memory;
    unmanaged.disk += uses.disk;
  }
  const unreachable: HostFact = { ok: false, reason: "LibvirtUnreachable", message: "simulated: nothing answers" };
  return {
    hostname: host.hostname,
    capacity: host.capacity,
    unmanaged,
    virtType: "qemu",
    versions: { simulated: "1" },
    networks: [...host.networks].sort(),
    bridges: [...host.bridges].sort(),
    pools: [],
    traits: [...host.traits].sort(),
    facts: {
      LibvirtReachable: host.unreachable ? unreachable : good("Connected"),
      KvmUsable: { ok: false, reason: "Simulated", message: "no guest really runs" },
      NetworkReady: good("Active"),
      StoragePoolReady: good("Ready"),
    },
  };
}

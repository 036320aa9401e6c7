import type { Address } from "../../resources/instance-status.ts";
import type { AddressReport } from "../hypervisor.ts";
import type { SimulatedDomain } from "./simulated-host.ts";

/**
 * Networks give leases out of 198.18.0.0/15 (kept for benchmarks, RFC 2544), told by the MAC's last bytes; bridges give
 * none, so only what the manifest says is known.
 */
export function simulatedAddresses({ machine, state, hasBooted }: SimulatedDomain): AddressReport {
  if (state !== "running") return { addresses: [], unknowable: false };
  const addresses = machine.interfaces.flatMap(({ name, mac, bridge, addresses: fixed }): readonly Address[] => {
    if (!bridge && hasBooted) return [{ interface: name, mac, ip: leaseOf(mac), source: "lease" }];
    return (fixed ?? []).map((prefix) => ({
      interface: name,
      mac,
      ip: prefix.replace(/\/\d+$/, ""),
      source: "static",
    }));
  });
  const mayCome = machine.interfaces.some(({ bridge }) => !bridge);
  return { addresses, unknowable: addresses.length === 0 && !mayCome };
}

function leaseOf(mac: string): string {
  const [high = 0, middle = 0, low = 0] = mac
    .split(":")
    .slice(3)
    .map((part) => Number.parseInt(part, 16));
  return `198.${18 + (high % 2)}.${middle}.${low}`;
}

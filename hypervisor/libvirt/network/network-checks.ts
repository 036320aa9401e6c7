import type { MachineInterface } from "../../../resources/assignment.ts";
import { HypervisorError } from "../../hypervisor-error.ts";
import type { LibvirtLink } from "../libvirt-link.ts";
import { isLibvirtError } from "../rpc/libvirt-error.ts";
import { hostBridges } from "./host-links.ts";
import type { OwnNetworkFact } from "./own-network-fact.ts";

/** Says before libvirt does, and in a code, that a network or bridge is not there. */
export class NetworkChecks {
  readonly #link: LibvirtLink;
  readonly #own: OwnNetworkFact;

  constructor(link: LibvirtLink, own: OwnNetworkFact) {
    this.#link = link;
    this.#own = own;
  }

  async check(interfaces: readonly MachineInterface[]): Promise<void> {
    const bridges = new Set(interfaces.flatMap(({ bridge }) => bridge ?? []));
    const networks = interfaces.filter(({ bridge }) => !bridge).map(({ network }) => network ?? this.#own.name);
    for (const name of new Set(networks)) await this.#checkNetwork(name);
    if (bridges.size > 0) checkBridges(bridges, await hostBridges());
  }

  async #checkNetwork(name: string): Promise<void> {
    if (name === this.#own.name) await this.#own.look();
    const { networks } = this.#link.quick;
    const net = await networks.lookupByName(name).catch((error: unknown) => {
      if (!isLibvirtError(error, "NO_NETWORK")) throw error;
      throw new HypervisorError("NetworkNotFound", `libvirt network ${name} does not exist on this host`);
    });
    if (!(await networks.isActive(net))) {
      throw new HypervisorError("NetworkNotFound", `libvirt network ${name} is not active (virsh net-start ${name})`);
    }
  }
}

function checkBridges(wanted: ReadonlySet<string>, present: readonly string[]): void {
  for (const name of wanted) {
    if (!present.includes(name))
      throw new HypervisorError("BridgeNotFound", `bridge ${name} does not exist on this host`);
  }
}

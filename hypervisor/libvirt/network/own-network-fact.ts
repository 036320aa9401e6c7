import type { HostFact } from "../../../resources/observed.ts";
import { messageOf } from "../../../runtime/errors.ts";
import type { LibvirtLink } from "../libvirt-link.ts";
import type { ManagedNetwork } from "./managed-network.ts";

/** Whether the network that machines hang on by default is there; makes and starts it on the way if it is ours. */
export class OwnNetworkFact {
  readonly name: string;
  readonly #network: ManagedNetwork;
  readonly #link: LibvirtLink;
  readonly #manage: boolean;

  constructor(network: ManagedNetwork, link: LibvirtLink, settings: { network: string; manageNetwork: boolean }) {
    this.#network = network;
    this.#link = link;
    this.name = settings.network;
    this.#manage = settings.manageNetwork;
  }

  /** Never rejects: what fails is the fact. */
  async look(): Promise<HostFact> {
    try {
      if (this.#manage) await this.#network.ensure();
      const { networks } = this.#link.quick;
      const active = await networks.isActive(await networks.lookupByName(this.name));
      return active
        ? { ok: true, reason: "Active", message: this.name }
        : { ok: false, reason: "Inactive", message: `network ${this.name} is not active and is not ours to start` };
    } catch (error) {
      return { ok: false, reason: "NetworkNotReady", message: messageOf(error) };
    }
  }
}

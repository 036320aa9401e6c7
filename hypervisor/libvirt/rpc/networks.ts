import { networkProcedures as procedures } from "./network-procedures.ts";
import type { CallOptions } from "./pending-call.ts";
import type { RpcChannel } from "./rpc-channel.ts";
import type { NetworkRef } from "./wire-refs.ts";

export interface DhcpLease {
  readonly interface: string;
  /** Seconds since the epoch, by the host's clock; 0 never expires. */
  readonly expiresAt: number;
  readonly family: "ipv4" | "ipv6";
  readonly mac: string | null;
  readonly address: string;
  readonly prefix: number;
  readonly hostname: string | null;
  readonly clientId: string | null;
}

/** virConnectListAllNetworksFlags. */
export const listNetworks = { inactive: 1, active: 2, persistent: 4, transient: 8, autostart: 16 } as const;

/** virNetwork…: one method per procedure, libvirt's own behaviour, nothing added. Errors: see RpcChannel.call. */
export class Networks {
  readonly #channel: RpcChannel;

  constructor(channel: RpcChannel) {
    this.#channel = channel;
  }

  /** `flags`: listNetworks; 0 is every network. */
  async list(flags = 0, options?: CallOptions): Promise<readonly NetworkRef[]> {
    return (await this.#channel.call(procedures.listAll, { needResults: true, flags }, options)).networks;
  }

  /** NO_NETWORK if there is none. */
  async lookupByName(name: string, options?: CallOptions): Promise<NetworkRef> {
    return (await this.#channel.call(procedures.lookupByName, { name }, options)).net;
  }

  /** NO_NETWORK if there is none. */
  async lookupByUuid(uuid: string, options?: CallOptions): Promise<NetworkRef> {
    return (await this.#channel.call(procedures.lookupByUuid, { uuid }, options)).net;
  }

  /** Same uuid and name: redefines. */
  async defineXml(xml: string, options?: CallOptions): Promise<NetworkRef> {
    return (await this.#channel.call(procedures.defineXml, { xml }, options)).net;
  }

  /** Starts a defined network. Active already: OPERATION_INVALID. */
  async create(net: NetworkRef, options?: CallOptions): Promise<void> {
    await this.#channel.call(procedures.create, { net }, options);
  }

  /** Stops it; a persistent one stays defined. Not active: OPERATION_INVALID. */
  async destroy(net: NetworkRef, options?: CallOptions): Promise<void> {
    await this.#channel.call(procedures.destroy, { net }, options);
  }

  async undefine(net: NetworkRef, options?: CallOptions): Promise<void> {
    await this.#channel.call(procedures.undefine, { net }, options);
  }

  async getXml(net: NetworkRef, flags = 0, options?: CallOptions): Promise<string> {
    return (await this.#channel.call(procedures.getXmlDesc, { net, flags }, options)).xml;
  }

  async isActive(net: NetworkRef, options?: CallOptions): Promise<boolean> {
    return (await this.#channel.call(procedures.isActive, { net }, options)).active;
  }

  async getAutostart(net: NetworkRef, options?: CallOptions): Promise<boolean> {
    return (await this.#channel.call(procedures.getAutostart, { net }, options)).autostart;
  }

  async setAutostart(net: NetworkRef, autostart: boolean, options?: CallOptions): Promise<void> {
    await this.#channel.call(procedures.setAutostart, { net, autostart }, options);
  }

  /** INTERNAL_ERROR if the network has no bridge. */
  async getBridgeName(net: NetworkRef, options?: CallOptions): Promise<string> {
    return (await this.#channel.call(procedures.getBridgeName, { net }, options)).name;
  }

  /** The DHCP server's leases, of one MAC or (null) of all. */
  async getDhcpLeases(net: NetworkRef, mac: string | null, options?: CallOptions): Promise<readonly DhcpLease[]> {
    const args = { net, mac, needResults: true, flags: 0 };
    const { leases } = await this.#channel.call(procedures.getDhcpLeases, args, options);
    return leases.map(({ type, expiresAt, iaid: _, ...lease }) => ({
      ...lease,
      family: type === 1 ? "ipv6" : "ipv4",
      expiresAt: Number(expiresAt),
    }));
  }
}

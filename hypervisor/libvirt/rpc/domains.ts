import { addressSource, metadataType } from "./domain-flags.ts";
import { domainProcedures as procedures } from "./domain-procedures.ts";
import { type DomainState, domainStateName } from "./domain-state.ts";
import type { CallOptions } from "./pending-call.ts";
import type { RpcChannel } from "./rpc-channel.ts";
import type { TypedValue } from "./typed-params.ts";
import type { DomainRef } from "./wire-refs.ts";

export interface DomainInfo {
  readonly state: DomainState;
  readonly maxMemoryKiB: number;
  readonly memoryKiB: number;
  readonly vcpus: number;
  readonly cpuTimeNs: bigint;
}

export interface GuestInterface {
  /** The host's name (`vnet0`) from lease and arp, the guest's (`eth0`) from the agent. */
  readonly name: string;
  readonly mac: string | null;
  readonly addresses: readonly {
    readonly family: "ipv4" | "ipv6";
    readonly address: string;
    readonly prefix: number;
  }[];
}

export interface DomainMetadata {
  /** The element's namespace. */
  readonly uri: string;
  /** Prefix under which libvirt stores it. */
  readonly key: string;
  /** One XML element; null removes what is stored under `uri`. */
  readonly xml: string | null;
}

/** virDomain…: one method per procedure, libvirt's own behaviour, nothing added. Errors: see RpcChannel.call. */
export class Domains {
  readonly #channel: RpcChannel;

  constructor(channel: RpcChannel) {
    this.#channel = channel;
  }

  /** `flags`: listDomains; 0 is every domain. */
  async list(flags = 0, options?: CallOptions): Promise<readonly DomainRef[]> {
    return (await this.#channel.call(procedures.listAll, { needResults: true, flags }, options)).domains;
  }

  /** NO_DOMAIN if there is none. */
  async lookupByUuid(uuid: string, options?: CallOptions): Promise<DomainRef> {
    return (await this.#channel.call(procedures.lookupByUuid, { uuid }, options)).dom;
  }

  /** NO_DOMAIN if there is none. */
  async lookupByName(name: string, options?: CallOptions): Promise<DomainRef> {
    return (await this.#channel.call(procedures.lookupByName, { name }, options)).dom;
  }

  /** Same uuid and name: redefines. One of the two taken by another domain: OPERATION_FAILED (DOM_EXIST in places). */
  async defineXml(xml: string, flags = 0, options?: CallOptions): Promise<DomainRef> {
    return (await this.#channel.call(procedures.defineXmlFlags, { xml, flags }, options)).dom;
  }

  /** Starts a defined domain; the answer carries its new id. Runs already: OPERATION_INVALID. */
  async create(dom: DomainRef, flags = 0, options?: CallOptions): Promise<DomainRef> {
    return (await this.#channel.call(procedures.createWithFlags, { dom, flags }, options)).dom;
  }

  /** Asks the guest and returns. Not running: OPERATION_INVALID. `flags`: askGuest. */
  async shutdown(dom: DomainRef, flags = 0, options?: CallOptions): Promise<void> {
    await this.#channel.call(procedures.shutdownFlags, { dom, flags }, options);
  }

  /** Asks the guest and returns. `flags`: askGuest. */
  async reboot(dom: DomainRef, flags = 0, options?: CallOptions): Promise<void> {
    await this.#channel.call(procedures.reboot, { dom, flags }, options);
  }

  /** The reset button. */
  async reset(dom: DomainRef, options?: CallOptions): Promise<void> {
    await this.#channel.call(procedures.reset, { dom, flags: 0 }, options);
  }

  /** Pulls the plug. Not running: OPERATION_INVALID. `flags`: destroyDomain. */
  async destroy(dom: DomainRef, flags = 0, options?: CallOptions): Promise<void> {
    await this.#channel.call(procedures.destroyFlags, { dom, flags }, options);
  }

  /** A running domain becomes transient. `flags`: undefineDomain. */
  async undefine(dom: DomainRef, flags = 0, options?: CallOptions): Promise<void> {
    await this.#channel.call(procedures.undefineFlags, { dom, flags }, options);
  }

  async suspend(dom: DomainRef, options?: CallOptions): Promise<void> {
    await this.#channel.call(procedures.suspend, { dom }, options);
  }

  async resume(dom: DomainRef, options?: CallOptions): Promise<void> {
    await this.#channel.call(procedures.resume, { dom }, options);
  }

  async setAutostart(dom: DomainRef, autostart: boolean, options?: CallOptions): Promise<void> {
    await this.#channel.call(procedures.setAutostart, { dom, autostart }, options);
  }

  /** `reason` is a number of the state's own virDomain<State>Reason. */
  async getState(dom: DomainRef, options?: CallOptions): Promise<{ state: DomainState; reason: number }> {
    const { state, reason } = await this.#channel.call(procedures.getState, { dom, flags: 0 }, options);
    return { state: domainStateName(state), reason };
  }

  async getInfo(dom: DomainRef, options?: CallOptions): Promise<DomainInfo> {
    const info = await this.#channel.call(procedures.getInfo, { dom }, options);
    return { ...info, state: domainStateName(info.state) };
  }

  /** `flags`: xmlDesc. */
  async getXml(dom: DomainRef, flags = 0, options?: CallOptions): Promise<string> {
    return (await this.#channel.call(procedures.getXmlDesc, { dom, flags }, options)).xml;
  }

  /** `flags`: affect. */
  async setMetadata(
    dom: DomainRef,
    { uri, key, xml }: DomainMetadata,
    flags = 0,
    options?: CallOptions,
  ): Promise<void> {
    const args = { dom, type: metadataType.element, metadata: xml, key, uri, flags };
    await this.#channel.call(procedures.setMetadata, args, options);
  }

  /** The element stored under `uri`; NO_DOMAIN_METADATA if there is none. `flags`: affect. */
  async getMetadata(dom: DomainRef, uri: string, flags = 0, options?: CallOptions): Promise<string> {
    const args = { dom, type: metadataType.element, uri, flags };
    return (await this.#channel.call(procedures.getMetadata, args, options)).metadata;
  }

  /** From the agent it may take seconds, or fail with AGENT_UNRESPONSIVE. */
  async interfaceAddresses(
    dom: DomainRef,
    source: keyof typeof addressSource,
    options?: CallOptions,
  ): Promise<readonly GuestInterface[]> {
    const args = { dom, source: addressSource[source], flags: 0 };
    const { interfaces } = await this.#channel.call(procedures.interfaceAddresses, args, options);
    return interfaces.map(({ name, mac, addresses }) => ({
      name,
      mac,
      addresses: addresses.map(({ type, ...rest }) => ({ family: type === 1 ? "ipv6" : "ipv4", ...rest })),
    }));
  }

  /** Tells a running domain the new size of `disk` (target or path) in bytes. */
  async blockResize(dom: DomainRef, disk: string, bytes: number, options?: CallOptions): Promise<void> {
    // Without the flag the unit is KiB.
    await this.#channel.call(procedures.blockResize, { dom, disk, size: bytes, flags: 1 }, options);
  }

  /** All domains' figures in one call. `stats`: domainStats, 0 is everything the driver has. */
  async stats(stats = 0, options?: CallOptions): Promise<readonly DomainStatsRecord[]> {
    return (await this.#channel.call(procedures.getAllStats, { domains: [], stats, flags: 0 }, options)).records;
  }
}

export interface DomainStatsRecord {
  readonly dom: DomainRef;
  readonly params: ReadonlyMap<string, TypedValue>;
}

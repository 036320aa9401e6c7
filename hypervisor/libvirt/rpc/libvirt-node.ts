import { connectProcedures as procedures } from "./connect-procedures.ts";
import type { CallOptions } from "./pending-call.ts";
import type { RpcChannel } from "./rpc-channel.ts";
import type { Decoded } from "./xdr-codec.ts";

export type NodeInfo = Readonly<Decoded<typeof procedures.nodeGetInfo.result>>;

/** Null: libvirt's default for this host. */
export interface DomainCapabilitiesQuery {
  readonly emulator?: string | null;
  readonly arch?: string | null;
  readonly machine?: string | null;
  readonly virtType?: string | null;
}

const statsOfAllCells = -1;

/** The host, and the libvirt on it. Errors: see RpcChannel.call. */
export class LibvirtNode {
  readonly #channel: RpcChannel;

  constructor(channel: RpcChannel) {
    this.#channel = channel;
  }

  /** The driver: `QEMU`, `TEST`, … */
  async getType(options?: CallOptions): Promise<string> {
    return (await this.#channel.call(procedures.getType, {}, options)).type;
  }

  /** The hypervisor's version, "7.2.22". */
  async getVersion(options?: CallOptions): Promise<string> {
    return versionText((await this.#channel.call(procedures.getVersion, {}, options)).version);
  }

  /** libvirt's version, "9.0.0". */
  async getLibVersion(options?: CallOptions): Promise<string> {
    return versionText((await this.#channel.call(procedures.getLibVersion, {}, options)).version);
  }

  async getHostname(options?: CallOptions): Promise<string> {
    return (await this.#channel.call(procedures.getHostname, {}, options)).hostname;
  }

  async getUri(options?: CallOptions): Promise<string> {
    return (await this.#channel.call(procedures.getUri, {}, options)).uri;
  }

  async getInfo(options?: CallOptions): Promise<NodeInfo> {
    return this.#channel.call(procedures.nodeGetInfo, {}, options);
  }

  /** KiB by field: `total`, `free`, `buffers`, `cached`. */
  async getMemoryStats(options?: CallOptions): Promise<ReadonlyMap<string, number>> {
    // Asked with 0 the server says how many there are; asked with another number than that it refuses.
    const args = { count: 0, cell: statsOfAllCells, flags: 0 };
    const { count } = await this.#channel.call(procedures.nodeGetMemoryStats, args, options);
    const { stats } = await this.#channel.call(procedures.nodeGetMemoryStats, { ...args, count }, options);
    return new Map(stats.map(({ field, valueKiB }) => [field, valueKiB]));
  }

  /** XML: host, guests. The first call on a fresh libvirt probes every emulator: seconds. */
  async getCapabilities(options?: CallOptions): Promise<string> {
    return (await this.#channel.call(procedures.getCapabilities, {}, options)).xml;
  }

  /** XML: what a domain of this emulator, architecture, machine and type may have. */
  async getDomainCapabilities(query: DomainCapabilitiesQuery = {}, options?: CallOptions): Promise<string> {
    const args = { emulator: null, arch: null, machine: null, virtType: null, ...query, flags: 0 };
    return (await this.#channel.call(procedures.getDomainCapabilities, args, options)).xml;
  }
}

// libvirt packs a version as major * 1,000,000 + minor * 1,000 + release.
function versionText(packed: bigint): string {
  const version = Number(packed);
  return `${Math.floor(version / 1_000_000)}.${Math.floor(version / 1_000) % 1_000}.${version % 1_000}`;
}

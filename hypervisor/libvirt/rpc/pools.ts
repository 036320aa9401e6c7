import type { CallOptions } from "./pending-call.ts";
import { poolProcedures as procedures } from "./pool-procedures.ts";
import type { RpcChannel } from "./rpc-channel.ts";
import type { PoolRef } from "./wire-refs.ts";

const stateNames = ["inactive", "building", "running", "degraded", "inaccessible"] as const;

export interface PoolInfo {
  readonly state: (typeof stateNames)[number] | "unknown";
  /** Bytes. */
  readonly capacity: number;
  readonly allocation: number;
  readonly available: number;
}

/** virStoragePool…: what a host report needs. Errors: see RpcChannel.call. */
export class Pools {
  readonly #channel: RpcChannel;

  constructor(channel: RpcChannel) {
    this.#channel = channel;
  }

  async list(flags = 0, options?: CallOptions): Promise<readonly PoolRef[]> {
    return (await this.#channel.call(procedures.listAll, { needResults: true, flags }, options)).pools;
  }

  /** NO_STORAGE_POOL if there is none. */
  async lookupByName(name: string, options?: CallOptions): Promise<PoolRef> {
    return (await this.#channel.call(procedures.lookupByName, { name }, options)).pool;
  }

  /** NO_STORAGE_POOL if there is none. */
  async lookupByUuid(uuid: string, options?: CallOptions): Promise<PoolRef> {
    return (await this.#channel.call(procedures.lookupByUuid, { uuid }, options)).pool;
  }

  /** As of the last refresh. */
  async getInfo(pool: PoolRef, options?: CallOptions): Promise<PoolInfo> {
    const info = await this.#channel.call(procedures.getInfo, { pool }, options);
    return { ...info, state: stateNames[info.state] ?? "unknown" };
  }

  async getXml(pool: PoolRef, options?: CallOptions): Promise<string> {
    return (await this.#channel.call(procedures.getXmlDesc, { pool, flags: 0 }, options)).xml;
  }

  /** Reads the pool's directory again; may be slow. */
  async refresh(pool: PoolRef, options?: CallOptions): Promise<void> {
    await this.#channel.call(procedures.refresh, { pool, flags: 0 }, options);
  }
}

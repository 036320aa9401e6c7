import { int32, string, struct, uuid } from "./xdr-codec.ts";

/**
 * How libvirt names a domain in every call. Drivers find it by uuid; `name` and `id` are as of when the reference was
 * made and may be stale. `id` is -1 while the domain does not run.
 */
export interface DomainRef {
  readonly name: string;
  readonly uuid: string;
  readonly id: number;
}

export interface NetworkRef {
  readonly name: string;
  readonly uuid: string;
}

export interface PoolRef {
  readonly name: string;
  readonly uuid: string;
}

export const domainRef = struct({ name: string, uuid, id: int32 });
export const networkRef = struct({ name: string, uuid });
export const poolRef = struct({ name: string, uuid });

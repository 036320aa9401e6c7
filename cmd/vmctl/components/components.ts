import type { ServerDescription } from "../../../store/preflight.ts";

/** What can be known, or why not: `the user may not read elections/controller`. */
export type Known<T> = { readonly value: T } | { readonly unknown: string };

export interface EtcdSeen {
  readonly endpoint: string;
  readonly server: Known<ServerDescription>;
}

/** Who leads. What an older controller does not write is absent. */
export interface LeaderSeen {
  readonly holder: string;
  readonly version?: string;
  /** RFC 3339. */
  readonly since?: string;
}

export interface NodeSeen {
  readonly name: string;
  /** Its heartbeat is there; absent: this user may not look. */
  readonly alive?: boolean;
  /** The Ready condition of its Hypervisor. */
  readonly ready?: string;
  readonly instances?: number;
  /** Placement has what it offers. */
  readonly booked: boolean;
  /** Of the node controller. */
  readonly version?: string;
  /** Of libvirt, QEMU and what else it reports. */
  readonly versions: Readonly<Record<string, string>>;
}

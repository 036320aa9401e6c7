import { type Static, Type } from "typebox";
import { STOP_REASONS, type StopReason } from "../../../resources/observed.ts";
import type { GuestAbi } from "../domain/guest-abi.ts";
import type { KnownLease } from "../network/known-lease.ts";

const Abi = Type.Object({
  type: Type.String(),
  machine: Type.String(),
  cpu: Type.Optional(Type.String()),
  controllers: Type.Array(Type.String()),
  addresses: Type.Record(Type.String(), Type.String()),
});

const Lease = Type.Object({ mac: Type.String(), ip: Type.String(), earlier: Type.Optional(Type.Integer()) });

/**
 * What this host must find again of one machine whatever happens to libvirt or to us: written before the first
 * effect, removed after the last.
 */
export const MachineRecord = Type.Object({
  version: Type.Literal(1),
  uid: Type.String(),
  namespace: Type.String(),
  name: Type.String(),
  epoch: Type.Integer(),
  /** Exact paths; these and no others are removed with the machine. */
  files: Type.Object({ disk: Type.String(), seed: Type.String(), console: Type.String() }),
  abi: Type.Optional(Abi),
  /** When we asked for the end of the present run; libvirt does not tell our shutdown from the guest's own. */
  stopRequested: Type.Optional(Type.String()),
  /** The last run seen to begin. */
  started: Type.Optional(Type.Object({ at: Type.String(), domainId: Type.Integer(), bootId: Type.String() })),
  /** How that run ended: libvirt forgets when it restarts. Absent while it runs. */
  stopReason: Type.Optional(Type.Union(STOP_REASONS.map((reason) => Type.Literal(reason)))),
  /** Which addresses came by DHCP, and in which run: the DHCP server keeps them while the guest is off. */
  leases: Type.Optional(Type.Array(Lease)),
});
export type MachineRecord = Omit<Static<typeof MachineRecord>, "abi" | "stopReason" | "leases"> & {
  abi?: GuestAbi;
  stopReason?: StopReason;
  leases?: readonly KnownLease[];
};

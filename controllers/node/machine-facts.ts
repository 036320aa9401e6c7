import type { CachedImage, MachineState } from "../../hypervisor/hypervisor.ts";
import type { AssignedInstance } from "../../resources/assignment.ts";
import type { Problem } from "../../resources/observed.ts";

/** What a pass looks at. Times are milliseconds of a clock that does not jump. */
export interface MachineFacts {
  readonly assigned: AssignedInstance;
  readonly machine: MachineState | undefined;
  /** Why it is unknown whether there is a machine; then `machine` is undefined and proves nothing. */
  readonly unreadable?: string;
  /** The image in the cache, if it is there. */
  readonly image: CachedImage | undefined;
  /** Whether the lease is held: the right to start anything (I1). False where nothing is to be started. */
  readonly held: boolean;
  readonly now: number;
  readonly memory: MachineMemory;
}

/** What only this process knows; losing it costs time, never correctness. */
export interface MachineMemory {
  /** When the guest was asked to shut down. */
  readonly askedAt?: number;
  /** When it was asked last: one that is just booting does not hear the first time. */
  readonly lastAskedAt?: number;
  /** Starts in a row after the domain ended by itself soon, and when the last end was seen. */
  readonly failures: number;
  readonly endedAt?: number;
  /** Why the last start was refused, until one succeeds. */
  readonly problem?: Problem;
  /** Tags (canonical JSON) that the domain was defined and its seed written for, with a start to follow. */
  readonly preparedFor?: string;
  /** Spec revision that the present disk was made for, if this process made it and the domain was not defined since. */
  readonly builtFor?: number;
  /** Size that this process has grown the disk to; the definition says so after the next prepare. */
  readonly grownTo?: number;
}

export const isRunning = (machine: MachineState | undefined): boolean =>
  machine?.domain !== undefined && !["shutoff", "crashed"].includes(machine.domain.state);

import type { StatusRecord } from "../../resources/status-record.ts";

/** What is known of a consumer that Placement names on a provider of ours. */
export interface ConsumerFacts {
  /** Who owns the uid, and what is decided about it; undefined: nobody, the object is gone. */
  readonly record: StatusRecord | undefined;
  /** Its record is there and quarantined (S8). */
  readonly unreadable: boolean;
  /** Some hypervisor still has it assigned: it may run there, whatever else was lost (S7). */
  readonly isAssigned: boolean;
}

export type SweepAction =
  /** As it should be, or somebody is at it: the scheduler recovers what carries an intent. */
  | { readonly do: "keep" }
  /** No object: nobody will ever bind it. */
  | { readonly do: "release" }
  /** Neither bound nor intended: the scheduler is told by an intent and decides. */
  | { readonly do: "handOver" }
  /** Bound to another host: its allocation moves there. */
  | { readonly do: "move"; readonly to: string };

/** What to do about one consumer found on the provider of a hypervisor. Pure; first match wins. */
export function planSweep(hypervisor: string, { record, unreadable, isAssigned }: ConsumerFacts): SweepAction {
  // A binding that was lost is the instance controller's: it looks at the books as they are.
  if (unreadable || (!record?.binding && isAssigned)) return { do: "keep" };
  if (!record) return { do: "release" };
  if (record.binding?.hypervisor === hypervisor || record.deletion) return { do: "keep" };
  if (record.binding) return { do: "move", to: record.binding.hypervisor };
  return record.scheduling ? { do: "keep" } : { do: "handOver" };
}

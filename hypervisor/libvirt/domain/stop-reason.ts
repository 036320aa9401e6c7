import type { StopReason } from "../../../resources/observed.ts";
import type { MachineRecord } from "../record/machine-record.ts";

/** virDomainShutoffReason. 0 is "unknown": libvirt restarted since, and forgot. */
const SHUTOFF = { shutdown: 1, destroyed: 2, crashed: 3, failed: 6, daemon: 8 } as const;
/** virDomainEventStoppedDetailType. */
const STOPPED = { shutdown: 0, destroyed: 1, crashed: 2, failed: 5 } as const;

type Remembered = Pick<MachineRecord, "started" | "stopReason" | "stopRequested">;

/** Why a domain that is shut off ended: libvirt's own word where it has one, else what we remember of it. */
export function stopReasonOf(reason: number, record: Remembered, bootId: string): StopReason {
  if (!record.started) return "NeverStarted";
  if (reason === SHUTOFF.shutdown) return record.stopRequested ? "Requested" : "GuestShutdown";
  if (reason === SHUTOFF.destroyed) return record.stopRequested ? "Requested" : "Destroyed";
  if (reason === SHUTOFF.crashed || reason === SHUTOFF.failed) return "Crashed";
  if (record.stopReason) return record.stopReason;
  if (record.started.bootId !== bootId) return "HostRestarted";
  return record.stopRequested ? "Requested" : "Crashed";
}

/** The same from the event that tells of the stop; undefined if the event does not say. */
export function stopReasonOfEvent(detail: number, record: Remembered): StopReason | undefined {
  if (detail === STOPPED.shutdown) return record.stopRequested ? "Requested" : "GuestShutdown";
  if (detail === STOPPED.destroyed) return record.stopRequested ? "Requested" : "Destroyed";
  return detail === STOPPED.crashed ? "Crashed" : undefined;
}

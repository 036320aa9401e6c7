import type { MachineRecord } from "../../hypervisor/libvirt/record/machine-record.ts";
import { RecordStore } from "../../hypervisor/libvirt/record/record-store.ts";
import { silentLog } from "../../runtime/log.ts";
import type { DataLayout } from "./data-layout.ts";

export interface GuestsOnRecord {
  readonly readable: readonly MachineRecord[];
  /** Uids whose record is there and cannot be read: which files are theirs, it does not say. */
  readonly unreadable: readonly string[];
}

/** The guests this control plane made, from the node's records: what is not in there is not ours to remove. */
export async function readGuests(layout: DataLayout): Promise<GuestsOnRecord> {
  const records = await RecordStore.open(layout.node, silentLog);
  const all = await Promise.all((await records.uids()).map(async (uid) => ({ uid, record: await records.read(uid) })));
  return {
    readable: all.flatMap(({ record }) => record ?? []),
    unreadable: all.flatMap(({ uid, record }) => (record ? [] : [uid])),
  };
}

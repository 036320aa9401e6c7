import type { MachineRecord } from "../../hypervisor/libvirt/record/machine-record.ts";
import { RecordStore } from "../../hypervisor/libvirt/record/record-store.ts";
import { silentLog } from "../../runtime/log.ts";
import type { DataLayout } from "./data-layout.ts";

/** The guests this control plane made, from the node's records: what is not in there is not ours to remove. */
export async function readGuests(layout: DataLayout): Promise<readonly MachineRecord[]> {
  const records = await RecordStore.open(layout.node, silentLog);
  const all = await Promise.all((await records.uids()).map((uid) => records.read(uid)));
  return all.filter((record) => record !== undefined);
}

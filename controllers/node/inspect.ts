import type { Hypervisor } from "../../hypervisor/hypervisor.ts";
import { isHypervisorError } from "../../hypervisor/hypervisor-error.ts";
import type { MachineFacts } from "./machine-facts.ts";

/** Looks at a machine. That nobody can tell whether there is one is an answer too, and not that there is none. */
export async function inspect(
  hypervisor: Hypervisor,
  uid: string,
  signal?: AbortSignal,
): Promise<Pick<MachineFacts, "machine" | "unreadable">> {
  try {
    return { machine: await hypervisor.inspect(uid, signal) };
  } catch (error) {
    if (!isHypervisorError(error) || error.code !== "RecordUnreadable") throw error;
    return { machine: undefined, unreadable: error.message };
  }
}

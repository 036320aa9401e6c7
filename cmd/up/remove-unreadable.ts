import type { Hypervisor } from "../../hypervisor/hypervisor.ts";
import { isHypervisorError } from "../../hypervisor/hypervisor-error.ts";

/**
 * Guests whose record cannot be read. A domain that is marked as ours names its files itself, and goes with them; without
 * one nothing proves any file to be the guest's, and nothing is removed. Gives what is left, in words.
 */
export async function removeUnreadable(
  hypervisor: Pick<Hypervisor, "destroy" | "remove">,
  uids: readonly string[],
): Promise<readonly string[]> {
  const left: string[] = [];
  for (const uid of uids) {
    try {
      await hypervisor.destroy(uid);
      await hypervisor.remove(uid);
    } catch (error) {
      if (!isHypervisorError(error) || error.code !== "RecordUnreadable") throw error;
      left.push(`guest ${uid}: ${error.message}`);
    }
  }
  return left;
}

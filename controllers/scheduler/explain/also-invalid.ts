import type { PlacementView } from "../../../placement/placement.ts";
import { isPlacementError } from "../../../placement/placement-error.ts";
import { REASON } from "../../../resources/instance-status.ts";
import type { ClusterView } from "../../cluster/cluster-view.ts";
import { findHost } from "../find-host.ts";
import { NO_PEERS, type Wish } from "../peers.ts";

/** Several reasons as one message, each once; `undefined` for none. */
export function together(...reasons: readonly (string | undefined)[]): string | undefined {
  const told = new Set(reasons.filter((reason) => reason !== undefined));
  return told.size === 0 ? undefined : [...told].join("; also: ");
}

/**
 * What is wrong with a wish whatever its Image says: a pin to a host that is not there, a contradiction, a name that
 * Placement does not know. What its spec names is looked at first, and would hide that. Who has room is not told: that
 * may be otherwise when there is an Image.
 */
export async function alsoInvalid(
  view: ClusterView,
  placement: PlacementView,
  wish: Wish,
  signal?: AbortSignal,
): Promise<string | undefined> {
  try {
    const found = await findHost(view, placement, { wish, image: undefined, peers: NO_PEERS, sample: 1 }, signal);
    const isNowhere = "refusal" in found && found.refusal.reason === REASON.hypervisorNotFound;
    return isNowhere ? found.refusal.message : undefined;
  } catch (error) {
    if (isPlacementError(error)) return error.code === "InvalidRequest" ? error.message : undefined;
    throw error;
  }
}

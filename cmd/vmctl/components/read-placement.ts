import { PREFIX } from "../../../resources/keys.ts";
import { isDenied } from "../../../store/store-error.ts";
import type { Session } from "../connection/session.ts";
import type { Known } from "./components.ts";

export interface PlacementSeen {
  readonly engine: "embedded" | "OpenStack" | "none yet";
  /** Of the embedded one. */
  readonly providers?: number;
}

const PROVIDERS = `${PREFIX.placement}providers/`;

/**
 * Which engine books. The embedded one keeps its books in etcd; hypervisors that are `booked` all the same are so
 * elsewhere: in an OpenStack Placement.
 */
export async function readPlacement({ store, signal }: Session, booked: boolean): Promise<Known<PlacementSeen>> {
  try {
    const { entries } = await store.list([PROVIDERS], { signal });
    if (entries.length > 0) return { value: { engine: "embedded", providers: entries.length } };
    return { value: { engine: booked ? "OpenStack" : "none yet" } };
  } catch (error) {
    if (isDenied(error)) return { unknown: `this user may not read ${PREFIX.placement}` };
    throw error;
  }
}

import { type Log, silentLog } from "../../runtime/log.ts";
import { isPlacementError } from "../placement-error.ts";
import { clusterMarks } from "./cluster-marks.ts";
import { OpenstackPlacement } from "./openstack-placement.ts";
import { type ApiOptions, PlacementApi } from "./placement-api.ts";

export interface OpenstackOptions extends Pick<ApiOptions, "endpoint" | "clock" | "ca"> {
  /** Names what is ours on a Placement that others use too. */
  readonly cluster: string;
  /** Default `admin`. */
  readonly token?: string;
  /** Default 10 s for each of up to four attempts. */
  readonly timeoutMs?: number;
  /** Default 8. */
  readonly connections?: number;
  readonly log?: Log;
}

/**
 * Asks the server for its microversions: `Incompatible` fails at once. A server that is away does not, so a
 * controller may start before its Placement: each call then fails with `Unreachable` until it is there.
 */
export async function openOpenstackPlacement(options: OpenstackOptions): Promise<OpenstackPlacement> {
  const { endpoint, clock, ca, token = "admin", timeoutMs = 10_000, connections = 8, log = silentLog } = options;
  const api = new PlacementApi({ endpoint, clock, token, timeoutMs, connections, ...(ca === undefined ? {} : { ca }) });
  try {
    await api.negotiated();
  } catch (error) {
    if (!isPlacementError(error, "Unreachable")) {
      await api.close();
      throw error;
    }
    log.warn({ endpoint, error }, "Placement does not answer yet");
  }
  return new OpenstackPlacement(api, clusterMarks(options.cluster));
}

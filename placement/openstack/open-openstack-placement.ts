import { type Log, silentLog } from "../../runtime/log.ts";
import { isPlacementError } from "../placement-error.ts";
import { fixedAccess } from "./access.ts";
import { clusterMarks } from "./cluster-marks.ts";
import { HttpClient, type HttpOptions } from "./http-client.ts";
import type { KeystoneCredentials } from "./keystone/credentials.ts";
import { KeystoneAccess } from "./keystone/keystone-access.ts";
import { OpenstackPlacement } from "./openstack-placement.ts";
import { PlacementApi } from "./placement-api.ts";
import { SharedCandidates } from "./shared-candidates.ts";

export interface OpenstackOptions extends Pick<HttpOptions, "clock" | "ca" | "maxResponseBytes"> {
  /** Absent: what Keystone's catalogue says. */
  readonly endpoint?: string;
  /** Names what is ours on a Placement that others use too. */
  readonly cluster: string;
  /** Without Keystone. Default `admin`, which a server without authentication takes. */
  readonly token?: string;
  /** Asked for whenever we log in, so that what was changed outside needs no restart of ours. */
  readonly keystone?: () => Promise<KeystoneCredentials>;
  /** Default 10 s for each of up to four attempts. */
  readonly timeoutMs?: number;
  /** Default 8. */
  readonly connections?: number;
  /** How long an answer to a candidates query serves equal ones. Default 1 s. */
  readonly shareMs?: number;
  readonly log?: Log;
}

/**
 * Asks the server for its microversions: `Incompatible` fails at once. A server that is away, or does not know us
 * yet, does not: a controller may start before its Placement and its Keystone, and much of its work needs neither.
 * Each call then fails with `Unreachable` or `Unauthorized` until that is mended.
 */
export async function openOpenstackPlacement(options: OpenstackOptions): Promise<OpenstackPlacement> {
  const { clock, timeoutMs = 10_000, connections = 8, shareMs = 1_000, log = silentLog } = options;
  const http = new HttpClient({ ...options, timeoutMs, connections });
  const api = new PlacementApi({ http, clock, connections, access: accessOf(options, http, log) });
  try {
    await api.negotiated();
  } catch (error) {
    if (!isPlacementError(error, "Unreachable") && !isPlacementError(error, "Unauthorized")) {
      await api.close();
      throw error;
    }
    log.warn({ error }, "Placement does not answer us yet");
  }
  return new OpenstackPlacement(api, clusterMarks(options.cluster), new SharedCandidates(clock, shareMs));
}

function accessOf({ keystone, endpoint, token = "admin", clock }: OpenstackOptions, http: HttpClient, log: Log) {
  if (keystone) return new KeystoneAccess({ http, clock, log, credentials: keystone, endpoint });
  if (endpoint === undefined) throw new TypeError("an endpoint of Placement, or a Keystone that knows it");
  return fixedAccess({ token, endpoint });
}

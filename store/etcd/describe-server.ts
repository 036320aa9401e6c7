import { rolesAreWalls, type ServerDescription } from "../preflight.ts";
import type { CallOptions } from "../store.ts";
import { StoreError } from "../store-error.ts";
import { httpGet } from "./http-get.ts";
import type { KeySpace } from "./key-space.ts";
import type { EtcdCredentials } from "./options.ts";
import { faultOf } from "./translate-error.ts";
import type { Rpc, Transport } from "./transport.ts";
import type { AlarmReply, StatusReply } from "./wire.ts";

export interface DescribeOptions extends CallOptions {
  /** A key, there or not, that this user may read: whether history was ever compacted shows only to who may look. */
  readonly readableKey?: string | undefined;
}
export interface DescribeServerOptions extends DescribeOptions {
  readonly credentials: EtcdCredentials | undefined;
}

/** Fails only if etcd cannot be reached; whatever it does not tell is undefined. */
export async function describeServer(
  transport: Transport,
  keys: KeySpace,
  options: DescribeServerOptions,
): Promise<ServerDescription> {
  const ask = <Reply>(rpc: Rpc, payload: object): Promise<Reply> =>
    transport.unary<Reply>({ ...rpc, payload, context: { verb: "describe" }, signal: options.signal });
  const status = await ask<StatusReply>({ service: "Maintenance", method: "status" }, {});
  const endpoint = transport.endpointUrl;
  const [authentication, alarms, everCompacted, http] = await Promise.all([
    ask({ service: "Auth", method: "authenticate" }, { name: "", password: "" }).then(
      () => undefined,
      authenticationOf,
    ),
    ask<AlarmReply>({ service: "Maintenance", method: "alarm" }, { action: "Get" }).then(namesOf, unknown),
    ask({ service: "KV", method: "range" }, { key: keys.encode(options.readableKey ?? "preflight"), revision: 1 }).then(
      () => false,
      (error: unknown) => (error instanceof StoreError && error.code === "Compacted" ? true : undefined),
    ),
    overHttp(transport, endpoint, options),
  ]);
  return {
    endpoint,
    version: status.version,
    authentication,
    rolesAreWalls: rolesAreWalls(status.version),
    revision: Number(status.header.revision),
    dbSizeBytes: Number(status.dbSize),
    dbSizeInUseBytes: Number(status.dbSizeInUse),
    alarms,
    everCompacted,
    ...http,
  };
}

/** etcd 3.4 has no call for it, but refuses a nameless login in different words. */
function authenticationOf(error: unknown): "enabled" | "disabled" | undefined {
  const fault = faultOf(error instanceof StoreError ? error.cause : error);
  if (fault === "authDisabled") return "disabled";
  return fault === "denied" ? "enabled" : undefined;
}

const unknown = (): undefined => undefined;

const namesOf = ({ alarms }: AlarmReply): string[] => [...new Set(alarms.map(({ alarm }) => alarm.toUpperCase()))];

/** The client port speaks HTTP too: its Date, and the quota among its metrics where those are served. */
async function overHttp(
  { clock, requestTimeoutMs }: Transport,
  endpoint: string,
  { credentials, signal }: DescribeServerOptions,
): Promise<Pick<ServerDescription, "clockOffsetMs" | "quotaBytes">> {
  const get = (path: string) =>
    httpGet(`${endpoint}${path}`, { clock, timeoutMs: requestTimeoutMs, credentials, signal }).catch(unknown);
  const sentAt = clock.now();
  const version = await get("/version");
  const middle = (sentAt + clock.now()) / 2;
  // Date is cut to the second: on average it is half a second old.
  const served = version?.date === undefined ? Number.NaN : Date.parse(version.date) + 500;
  const quota = /^etcd_server_quota_backend_bytes (\S+)$/m.exec((await get("/metrics"))?.body ?? "")?.[1];
  return {
    clockOffsetMs: Number.isNaN(served) ? undefined : Math.round(served - middle),
    quotaBytes: quota === undefined ? undefined : Number(quota),
  };
}

import { readFile } from "node:fs/promises";
import { systemClock } from "../../../runtime/clock.ts";
import { messageOf } from "../../../runtime/errors.ts";
import type { EtcdStore } from "../../../store/etcd/open-store.ts";
import type { EtcdCredentials } from "../../../store/etcd/options.ts";
import { UsageError } from "../../config/usage-error.ts";
import type { Connection } from "./find-connection.ts";

/** Opens the store; the first call connects. UsageError for a certificate that cannot be read. */
export async function openConnection(connection: Connection): Promise<EtcdStore> {
  const { openEtcdStore } = await import("../../../store/etcd/open-store.ts");
  const credentials = await readCredentials(connection);
  return openEtcdStore({
    endpoints: connection.endpoints,
    clock: systemClock,
    insecure: connection.insecure,
    requestTimeoutMs: connection.requestTimeoutMs,
    ...(connection.root !== undefined && { root: connection.root }),
    ...(credentials && { credentials }),
  });
}

/** The PEM files named, or `undefined` when none is. */
async function readCredentials(paths: Pick<Connection, "ca" | "cert" | "key">): Promise<EtcdCredentials | undefined> {
  if ((paths.cert === undefined) !== (paths.key === undefined)) {
    throw new UsageError("a client certificate needs both --cert and --key");
  }
  const [ca, cert, key] = await Promise.all([readPem(paths.ca), readPem(paths.cert), readPem(paths.key)]);
  if (!ca && !cert) return undefined;
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

async function readPem(path: string | undefined): Promise<Buffer | undefined> {
  if (path === undefined) return undefined;
  return readFile(path).catch((error: unknown) => {
    throw new UsageError(`cannot read ${path}: ${messageOf(error)}`, { cause: error });
  });
}

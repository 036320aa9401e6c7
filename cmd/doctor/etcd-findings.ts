import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { systemClock } from "../../runtime/clock.ts";
import { messageOf } from "../../runtime/errors.ts";
import type { EtcdStore } from "../../store/etcd/open-store.ts";
import { preflightFindings, type ServerDescription } from "../../store/preflight.ts";
import { tidyStoreMessage } from "../vmctl/connection/explain-store-failure.ts";
import type { Connection } from "../vmctl/connection/find-connection.ts";
import { formatBytes } from "../vmctl/output/cell.ts";
import { bad, type Finding, note, ok } from "./finding.ts";

const SOON_MS = 30 * 24 * 3600 * 1000;
const RENEW = "vmctl down && vmctl up makes a new one (hack/certs where you run the programs yourself)";

/** How etcd is, and whether it is to be talked to at all: undefined server when it does not answer. */
export async function etcdFindings(
  store: EtcdStore,
  connection: Connection,
  signal: AbortSignal,
): Promise<{ readonly findings: readonly Finding[]; readonly answers: boolean }> {
  const certificate = await certificateFinding(connection.cert);
  try {
    const server = await store.describeServer({ signal });
    return { findings: [...certificate, ...serverFindings(server)], answers: true };
  } catch (error) {
    signal.throwIfAborted();
    const at = connection.endpoints.join(", ");
    const remedy = "`vmctl up` starts this machine's; of another, check address, certificate (--cacert) and firewall";
    return {
      findings: [...certificate, bad("etcd", `${at}: ${tidyStoreMessage(messageOf(error))}`, remedy)],
      answers: false,
    };
  }
}

export function serverFindings(server: ServerDescription): readonly Finding[] {
  const { version, endpoint, dbSizeBytes, quotaBytes, authentication = "unknown" } = server;
  const quota = quotaBytes === undefined ? "" : ` of ${formatBytes(quotaBytes)}`;
  const seen = `${version} at ${endpoint}, authentication ${authentication}, ${formatBytes(dbSizeBytes)}${quota} used`;
  const more = preflightFindings(server).map(({ severity, message }) =>
    severity === "error"
      ? bad("etcd", message, 'etcdctl alarm list; docs/install.md, "A full store"')
      : note("etcd", message),
  );
  return [ok("etcd", seen), ...more];
}

async function certificateFinding(path: string | undefined): Promise<readonly Finding[]> {
  if (path === undefined) return [];
  try {
    const { validTo, subject } = new X509Certificate(await readFile(path));
    const leftMs = Date.parse(validTo) - systemClock.now();
    const seen = `${subject.replaceAll("\n", ", ")}, valid until ${validTo}`;
    if (leftMs <= 0) return [bad("certificate", `${seen}: expired`, RENEW)];
    return [leftMs < SOON_MS ? note("certificate", seen, RENEW) : ok("certificate", seen)];
  } catch (error) {
    return [bad("certificate", messageOf(error), "vmctl up writes the context and its certificate again")];
  }
}

import { messageOf } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import type { EtcdStore } from "../../store/etcd/open-store.ts";
import { preflightFindings } from "../../store/preflight.ts";

/**
 * Logs what this etcd is (version, authentication, quota, compaction, clock difference) and what of it should worry
 * somebody. `readableKey`: one that this program may read, where its role does not read everything. An etcd that does
 * not answer delays nothing: the program waits for it anyway.
 */
export async function reportServer(store: EtcdStore, log: Log, readableKey?: string): Promise<void> {
  try {
    const server = await store.describeServer({ readableKey });
    log.info({ etcd: server }, "etcd answers");
    for (const { severity, message } of preflightFindings(server)) {
      if (severity === "info") log.info({}, message);
      else log.warn({ severity }, message);
    }
  } catch (error) {
    log.warn({ error: messageOf(error) }, "etcd does not answer yet");
  }
}

import type { Log } from "../runtime/log.ts";
import { type Metrics, noMetrics } from "../runtime/metrics.ts";
import type { Informer } from "./informer-contract.ts";

/**
 * Tells of records that cannot be read (S8), which everybody else leaves alone: one line in the log for each, and how
 * many there are by prefix. Returns a function that ends it.
 */
export function watchMalformed(informer: Informer<unknown>, log: Log, metrics: Metrics = noMetrics): () => void {
  const gauge = metrics.gauge({
    name: "vmctl_unreadable_records",
    help: "Records in etcd that cannot be read and are left alone, by the first part of their key",
    labels: ["prefix"],
  });
  const told = new Map<string, number>();
  const look = (key: string): void => {
    const found = informer.malformed.get(key);
    if (told.get(key) === found?.entry.modRevision) return;
    if (found) {
      told.set(key, found.entry.modRevision);
      log.warn({ key, problem: found.problem }, "a record cannot be read; it is left alone");
    } else told.delete(key);
    const prefix = prefixOf(key);
    gauge([...told.keys()].filter((other) => prefixOf(other) === prefix).length, { prefix });
  };
  for (const key of informer.malformed.keys()) look(key);
  return informer.onChange(look);
}

const prefixOf = (key: string): string => key.slice(0, key.indexOf("/"));

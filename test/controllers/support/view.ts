import type { ClusterRecord } from "../../../controllers/cluster/cluster-record.ts";
import { ClusterView } from "../../../controllers/cluster/cluster-view.ts";
import { decodeRecord } from "../../../controllers/cluster/decode-record.ts";
import { Picture } from "../../../store/picture.ts";
import type { Entry, Listing } from "../../../store/store.ts";

/** The controllers' view of exactly these keys; values are stored as JSON. Every host with a heartbeat is alive. */
export function viewOf(values: Readonly<Record<string, unknown>>): ClusterView {
  const entries = Object.keys(values)
    .filter((key) => values[key] !== undefined)
    .sort()
    .map((key): Entry => ({ key, value: textOf(values[key]), createRevision: 10, modRevision: 10 }));
  return viewOfListing({ entries, revision: 10 }, (host) => values[`alive/${host}`] !== undefined);
}

/** The controllers' view of what stood in etcd at one revision. */
export function viewOfListing(listing: Listing, isAlive: (host: string) => boolean): ClusterView {
  const picture = new Picture<ClusterRecord>(decodeRecord, true);
  picture.replace(listing);
  const informer = {
    ready: Promise.resolve(),
    connected: true,
    revision: listing.revision,
    malformed: picture.malformed,
    get: (key: string) => picture.get(key),
    entries: (prefix = "") => picture.entries(prefix),
    onChange: () => () => {},
    caughtUp: async () => {},
    stop: async () => {},
  };
  return new ClusterView(informer, isAlive);
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

export const ALIVE = { machineId: "m", bootId: "b", startToken: "t", sequence: 1, version: "x" };
const fact = { ok: true, reason: "Ready", message: "" };

export const OBSERVED_HOST = {
  hostname: "h",
  observeOnly: false,
  serving: true,
  capacity: { vcpu: 8, memory: 16 * 2 ** 30, disk: 100 * 2 ** 30 },
  unmanaged: { domains: 0, vcpu: 0, memory: 0, disk: 0 },
  virtType: "qemu" as const,
  versions: {},
  networks: ["vmctl0", "lan"],
  bridges: ["br0"],
  pools: [],
  traits: [],
  facts: { LibvirtReachable: fact, KvmUsable: fact, NetworkReady: fact, StoragePoolReady: fact },
};

import type { ClusterRecord } from "../../../controllers/cluster/cluster-record.ts";
import { ClusterView } from "../../../controllers/cluster/cluster-view.ts";
import { decodeRecord } from "../../../controllers/cluster/decode-record.ts";
import { planProvider } from "../../../placement/embedded/change-provider.ts";
import { EmbeddedPlacement } from "../../../placement/embedded/embedded-placement.ts";
import { EngineState } from "../../../placement/embedded/engine-state.ts";
import { informerPicture } from "../../../placement/embedded/picture.ts";
import { decodePlacementRecord, type PlacementRecord } from "../../../placement/embedded/records.ts";
import { API_VERSION } from "../../../resources/meta.ts";
import type { Decode, Informer } from "../../../store/informer-contract.ts";
import { Picture } from "../../../store/picture.ts";
import type { Store } from "../../../store/store.ts";
import { imageObject, instanceObject } from "../objects.ts";
import { observedHost } from "./stand-in-hosts.ts";

export interface DecisionWorld {
  readonly view: ClusterView;
  readonly placement: EmbeddedPlacement;
  /** Instances without a host. */
  readonly tails: readonly string[];
}

type Records = Record<string, unknown>;

/** A cluster in memory: so many hosts in order, half full, and instances that have no host yet. */
export function decisionWorld(hosts: number, instances: number): DecisionWorld {
  const image = imageObject("/images/tiny.qcow2", `sha256:${"0".repeat(64)}`);
  const records: Records = { [image.key]: image.value, ...admitted(image.tail, image.uid, JSON.parse(image.value)) };
  const books: Record<string, string> = {};
  const nothing = informerOf<PlacementRecord>({}, decodePlacementRecord);
  const empty = informerPicture(nothing, new EngineState());
  for (let n = 1; n <= hosts; n++) {
    Object.assign(records, hostRecords(n));
    for (const write of planProvider(empty, provider(n)).part?.writes ?? [])
      if (write.op === "put") books[write.key] = write.value;
  }
  const objects = Array.from({ length: instances }, (_, n) => instanceObject(`vm-${n}`));
  for (const { key, value } of objects) records[key] = value;
  const view = new ClusterView(informerOf<ClusterRecord>(texts(records), decodeRecord), () => true);
  const informer = informerOf<PlacementRecord>(books, decodePlacementRecord);
  const placement = new EmbeddedPlacement({ store: NO_STORE, informer, consumerType: "INSTANCE" });
  return { view, placement, tails: objects.map(({ tail }) => tail) };
}

const nameOf = (n: number): string => `host-${String(n).padStart(5, "0")}`;
const uidOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

function hostRecords(n: number): Records {
  const [name, uid] = [nameOf(n), uidOf(n)];
  const tail = `cluster/hypervisors/${name}`;
  const metadata = { name, uid, generation: 1, creationTimestamp: "2030-01-01T00:00:00Z" };
  const object = { apiVersion: API_VERSION, kind: "Hypervisor", metadata, spec: {} };
  return {
    [`spec/${tail}`]: object,
    ...admitted(tail, uid, object),
    [`observed/${name}/host`]: observedHost(name),
    [`alive/${name}`]: { machineId: "m", bootId: "b", startToken: "t", version: "bench", ttlSeconds: 60, sequence: 1 },
  };
}

const admitted = (tail: string, uid: string, { spec }: { readonly spec: object }): Records => ({
  [`status/${tail}`]: { uid, specCreateRevision: REVISION, accepted: { generation: 1, spec }, status: {} },
  [`uids/${uid}`]: { tail },
});

function provider(n: number) {
  const inventory = (total: number) => ({
    ...{ total, reserved: 0, minUnit: 1, maxUnit: total, stepSize: 1, allocationRatio: 1 },
  });
  const inventories = { VCPU: inventory(64), MEMORY_MB: inventory(262_144), DISK_GB: inventory(2_048) };
  return { uuid: uidOf(n), name: nameOf(n), inventories, traits: ["HW_CPU_X86_AVX2"], aggregates: [] };
}

const REVISION = 10;

const texts = (records: Records): Record<string, string> =>
  Object.fromEntries(
    Object.entries(records).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );

/** One that never changes. */
function informerOf<T>(records: Readonly<Record<string, string>>, decode: Decode<T>): Informer<T> {
  const picture = new Picture<T>(decode, false);
  const entries = Object.keys(records)
    .sort()
    .map((key) => ({ key, value: records[key] ?? "", createRevision: REVISION, modRevision: REVISION }));
  picture.replace({ entries, revision: REVISION });
  return {
    ...{ ready: Promise.resolve(), connected: true, revision: REVISION, malformed: picture.malformed },
    get: (key) => picture.get(key),
    entries: (prefix = "") => picture.entries(prefix),
    onChange: () => () => {},
    caughtUp: async () => {},
    stop: async () => {},
  };
}

const refused = async (): Promise<never> => {
  throw new Error("nothing is written here");
};
export const NO_STORE: Store = {
  ...{ get: refused, list: refused, commit: refused, grantLease: refused, close: async () => {} },
  watch: () => {
    throw new Error("nothing is watched here");
  },
};

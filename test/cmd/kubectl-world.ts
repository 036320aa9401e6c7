import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { parseTail, specKey, statusKey, uidKey } from "../../resources/keys.ts";
import { findKind } from "../../resources/kinds.ts";
import { API_VERSION, type StoredObject } from "../../resources/meta.ts";
import { revisionName } from "../../resources/template-revision.ts";
import type { Entry, Store } from "../../store/store.ts";
import { putAll, remove } from "../support/commits.ts";
import { EtcdServer } from "../support/etcd.ts";

/** What the rows of docs/kubectl.md are said to; each gets all of it afresh. */
export class KubectlWorld {
  readonly #server: EtcdServer;
  readonly #folder: string;
  readonly #home = process.cwd();
  #rows = 0;

  private constructor(server: EtcdServer, folder: string) {
    this.#server = server;
    this.#folder = folder;
  }

  static async start(): Promise<KubectlWorld> {
    const world = new KubectlWorld(await EtcdServer.start(), await mkdtemp(join(tmpdir(), "vmctl-kubectl-")));
    vi.stubEnv("VMCTL_ENDPOINTS", world.#server.endpoint);
    vi.stubEnv("VMCTL_FIELD_MANAGER", "me");
    vi.stubEnv("HOME", "/nonexistent");
    vi.stubEnv("EDITOR", "sed -i s/256Mi/512Mi/");
    await writeFiles(join(world.#folder, "files"), world.#server.endpoint);
    return world;
  }

  /** With the files only, for what is refused before anybody is asked. */
  async bare<T>(work: () => Promise<T>): Promise<T> {
    this.#enter(join(this.#folder, "files"), "/none/");
    return work();
  }

  /** In a folder of its own, on a root of its own, with somebody who carries out deletions. */
  async row<T>(work: () => Promise<T>): Promise<T> {
    const root = `/row-${++this.#rows}/`;
    const folder = join(this.#folder, `row-${this.#rows}`);
    await cp(join(this.#folder, "files"), folder, { recursive: true });
    this.#enter(folder, root);
    const store = await this.#server.store({ root });
    const revision = await putAll(store, RECORDS);
    const ends = new AbortController();
    const deletions = carryOutDeletions(store, revision + 1, ends.signal);
    try {
      return await work();
    } finally {
      ends.abort();
      await deletions;
      await store.close();
    }
  }

  #enter(folder: string, root: string): void {
    vi.stubEnv("VMCTL_ROOT", root).stubEnv("VMCTL_CONFIG", join(folder, "config.yaml"));
    process.chdir(folder);
  }

  async stop(): Promise<void> {
    process.chdir(this.#home);
    vi.unstubAllEnvs();
    await this.#server.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

const now = "2030-01-02T03:04:05Z";
const INSTANCE = "ns/default/instances/web-1";
const SET = "ns/default/instancesets/web";

const spec = { image: { name: "tiny" }, resources: { vcpu: 1, memory: "256Mi", disk: "1Gi" } };
const template = (vcpu: number) => ({
  metadata: { labels: { app: "front" } },
  spec: { ...spec, resources: { ...spec.resources, vcpu } },
});
const condition = (type: string) => ({
  ...{ type, status: "True", reason: "UpToDate", message: "", lastTransitionTime: now, observedGeneration: 1 },
});
const ready = { observedGeneration: 1, conditions: [condition("Ready"), condition("Updated")] };
const address = { interface: "default", mac: "52:54:00:00:00:01", ip: "192.0.2.7", source: "lease" };

interface Prepared {
  readonly tail: string;
  readonly spec: object;
  readonly status?: object;
  readonly labels?: object;
  /** Those that `me` has applied. */
  readonly fields?: readonly string[];
}

const OBJECTS: readonly Prepared[] = [
  { tail: "cluster/namespaces/default", spec: {} },
  { tail: "cluster/namespaces/team", spec: {} },
  { tail: "cluster/images/tiny", spec: { source: { file: "/srv/tiny.qcow2" } } },
  { tail: "cluster/hypervisors/host-1", spec: {}, status: ready },
  {
    tail: INSTANCE,
    labels: { app: "web", tier: "front" },
    fields: ["spec.image", "spec.resources.disk", "spec.resources.memory", "spec.resources.vcpu"],
    spec,
    status: { ...ready, phase: "Running", hypervisor: "host-1", addresses: [address] },
  },
  { tail: "ns/default/instances/web-2", spec, status: { observedGeneration: 1, phase: "Pending" } },
  {
    tail: SET,
    labels: { team: "a" },
    spec: { replicas: 2, selector: { matchLabels: { app: "front" } }, template: template(2) },
    status: { ...ready, replicas: 2, readyReplicas: 2, updateRevision: revisionName("web", template(2)) },
  },
];

const uidOf = (tail: string): string => {
  const index = OBJECTS.findIndex((object) => object.tail === tail);
  return `${index}b1f0c9e-8f0e-4c57-9d8b-0d3c5d4a7f11`;
};

const RECORDS = Object.fromEntries([
  ...OBJECTS.flatMap(recordsOf),
  ...[1, 2].map((number) => revisionRecord(number)),
  [
    `events/${uidOf(INSTANCE)}/Bound`,
    JSON.stringify({
      ...{ uid: uidOf(INSTANCE), kind: "Instance", namespace: "default", name: "web-1" },
      ...{ type: "Normal", reason: "Bound", message: "placed on host-1", count: 1 },
      ...{ firstTimestamp: now, lastTimestamp: now },
    }),
  ],
]) as Readonly<Record<string, string>>;

function recordsOf({ tail, spec, status = {}, labels, fields }: Prepared): [string, string][] {
  const { plural = "", name, namespace } = parseTail(tail) ?? {};
  const kind = findKind(plural)?.kind;
  const uid = uidOf(tail);
  const identity = { name, ...(namespace !== undefined && { namespace }), uid };
  const managedFields = [{ manager: "me", operation: "Apply", time: now, fields }];
  const born = { generation: 1, creationTimestamp: now, ...(fields && { managedFields }) };
  const metadata = { ...identity, ...born, ...(labels && { labels }) };
  return [
    [specKey(tail), JSON.stringify({ apiVersion: API_VERSION, kind, metadata, spec })],
    [statusKey(tail), JSON.stringify({ uid, specCreateRevision: 1, status })],
    [uidKey(uid), JSON.stringify({ tail })],
  ];
}

function revisionRecord(number: number): [string, string] {
  const uid = uidOf(SET);
  const record = { uid, number, createdAt: now, template: template(number) };
  return [`revisions/${uid}/${number}`, JSON.stringify({ ...record, name: revisionName("web", record.template) })];
}

/** The end of every deletion that is asked for: the keys go at once. Until the signal. */
async function carryOutDeletions(store: Store, from: number, signal: AbortSignal): Promise<void> {
  try {
    for await (const { changes } of store.watch(["spec/"], { from, signal })) {
      const entries = changes.flatMap((change) => (change.type === "put" ? [change.entry] : []));
      for (const entry of entries) await removeIfAsked(store, entry);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function removeIfAsked(store: Store, { key, value }: Entry): Promise<void> {
  const { metadata } = JSON.parse(value) as StoredObject;
  if (metadata.deletionTimestamp === undefined) return;
  await remove(store, key, key.replace("spec/", "status/"), uidKey(metadata.uid));
}

async function writeFiles(folder: string, endpoint: string): Promise<void> {
  const instance = (name: string, vcpu: number, image = "image") =>
    `apiVersion: ${API_VERSION}\nkind: Instance\nmetadata: {name: ${name}, labels: {app: web, tier: front}}\n` +
    `spec:\n  ${image}: {name: tiny}\n  resources: {vcpu: ${vcpu}, memory: 256Mi, disk: 1Gi}\n`;
  const set =
    `apiVersion: ${API_VERSION}\nkind: InstanceSet\nmetadata: {name: web}\n` +
    `spec: {selector: {matchLabels: {app: front}}, template: ${JSON.stringify(template(2))}}\n`;
  const contexts = ["local", "lab"].map((name) => `- {name: ${name}, endpoints: ["${endpoint}"]}\n`);
  const files = {
    "web-1.yaml": instance("web-1", 1),
    "web-1-larger.yaml": instance("web-1", 4),
    "web-3.yaml": instance("web-3", 1),
    "bad.yaml": instance("web-3", 1, "imge"),
    "repo/image.yaml": `apiVersion: ${API_VERSION}\nkind: Image\nmetadata: {name: tiny}\nspec: {source: {file: /srv/tiny.qcow2}}\n`,
    "repo/web/web-1.yaml": instance("web-1", 1),
    "web.yaml": set,
    "names.jsonpath": "{.items[*].metadata.name}",
    "columns.txt": "NAME           IP\nmetadata.name  .status.addresses[0].ip\n",
    "patch.yaml": "spec: {hostname: a}\n",
    "config.yaml": `current-context: local\ncontexts:\n${contexts.join("")}`,
  };
  await mkdir(join(folder, "repo/web"), { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { reviewAnswerKey, reviewKey } from "../../resources/keys.ts";
import { API_VERSION } from "../../resources/meta.ts";
import { REVIEW_SECONDS } from "../../resources/placement-review.ts";
import type { Entry, Store } from "../../store/store.ts";
import { QuickCli } from "../cmd/quick-cli.ts";
import { putAll, WatchRecorder } from "../support/commits.ts";
import { buildPrograms } from "../support/e2e-bundle.ts";
import { E2eProgram } from "../support/e2e-program.ts";
import { EtcdServer } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { SteppedClock } from "../support/stepped-clock.ts";

const ROOT = "/clocks/";
/** Of hosts and of the leader, in seconds. */
const TTL = 2;
const HOUR_MS = 3_600_000;
const FLEETS = ["ahead", "behind", "right"] as const;
const OFFSETS = { ahead: "+1h", behind: "-1h", right: "+0" } as const;

let folder: string;
let etcd: EtcdServer;
let store: Store;
let cli: QuickCli;
let clocks: Record<(typeof FLEETS)[number], SteppedClock>;
let leader: E2eProgram;
const programs: E2eProgram[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vmctl-clocks-"));
  const main = await buildPrograms(join(folder, "programs"));
  etcd = await EtcdServer.start();
  store = await etcd.store({ root: ROOT });
  cli = new QuickCli({ VMCTL_ENDPOINTS: etcd.endpoint, VMCTL_ROOT: ROOT });
  const at = (name: keyof typeof OFFSETS) => SteppedClock.at(OFFSETS[name], folder, name);
  clocks = { ahead: await at("ahead"), behind: await at("behind"), right: await at("right") };
  const start = (clock: SteppedClock, ...words: string[]) => {
    const flags = [`--endpoints=${etcd.endpoint}`, `--root=${ROOT}`];
    const program = new E2eProgram(words.join(" "), clock.command(process.execPath, main, ...words, ...flags));
    program.start();
    programs.push(program);
    return program;
  };
  leader = start(clocks.ahead, "controller", `--election-ttl=${TTL}s`);
  await eventually(async () => (await store.get("elections/controller")) !== undefined, { deadlineMs: 30_000 });
  start(clocks.right, "controller", `--election-ttl=${TTL}s`);
  const fleet = ["fleet", "--count=2", `--lease-ttl=${TTL}s`, "--boot-ms=50", "--fail=10%", "--seed=1"];
  for (const name of FLEETS) start(clocks[name], ...fleet, `--name-prefix=${name}-`);
  await eventually(async () => (await hosts()).filter(isReady).length === 6, { deadlineMs: 30_000 });
});
afterAll(async () => {
  await Promise.all(programs.map((program) => program.kill()));
  await etcd?.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Said {
  readonly status: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastTransitionTime: string;
    }[];
    readonly hypervisor?: string;
    readonly restarts?: number;
  };
}
const read = async (prefix: string): Promise<Said[]> =>
  (await store.list([prefix])).entries.map(({ value }) => JSON.parse(value) as Said);
const hosts = () => read("status/cluster/hypervisors/");
const isReady = ({ status }: Said) =>
  status.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;

const IMAGE = "kind: Image\nmetadata: {name: tiny}\nspec: {source: {url: 'http://images.example/tiny'}}";
const SPEC = "{image: {name: tiny}, resources: {vcpu: 1, memory: 256Mi, disk: 1Gi}}";
const vm = (name: string) => `kind: Instance\nmetadata: {name: ${name}}\nspec: ${SPEC}`;

/** Until they run, though drivers fail now and then. */
async function run(prefix: string, count: number): Promise<void> {
  const objects = [IMAGE, ...Array.from({ length: count }, (_, n) => vm(`${prefix}-${n}`))];
  const stdin = objects.map((text) => `apiVersion: ${API_VERSION}\n${text}\n`).join("---\n");
  expect(await cli.run(["apply", "-f", "-"], { stdin })).toMatchObject({ status: 0, err: "" });
  await cli.out("wait", "--for=condition=Ready", "instances", "--all", "--timeout=30s");
}

const beats = async (): Promise<readonly number[]> =>
  (await store.list(["alive/"])).entries.map(({ value }) => (JSON.parse(value) as { sequence: number }).sequence);

/** Until every host was heard for longer than the silence after which it counts as silent. */
async function longer(): Promise<void> {
  const from = await beats();
  const enough = 3 * 2 + 2;
  await eventually(async () => (await beats()).every((beat, n) => beat >= (from[n] ?? 0) + enough), {
    deadlineMs: 20_000,
    everyMs: 100,
  });
}

async function ask(id: string): Promise<Entry> {
  const instances = [{ namespace: "default", name: "asked", spec: { resources: { vcpu: 1 } } }];
  const review = { apiVersion: API_VERSION, kind: "PlacementReview", spec: { instances } };
  await putAll(store, { [reviewKey(id)]: JSON.stringify(review) });
  return eventually(async () => {
    const answer = await store.get(reviewAnswerKey(id));
    if (!answer) throw new Error("no answer yet");
    return answer;
  });
}

/** Of the hosts and the leader, in order; as texts, for they are larger than our numbers. */
async function leases(): Promise<readonly string[]> {
  const found = await Promise.all(
    ["alive/", "elections/"].map((prefix) => etcd.etcdctl("get", "--prefix", ROOT + prefix, "-w", "json")),
  );
  return found.flatMap((text) => [...text.matchAll(/"lease":(\d+)/g)].map(([, lease = ""]) => lease));
}

/** Seconds that the key's lease still has. */
async function secondsLeft(key: string): Promise<number> {
  const all = (await etcd.etcdctl("lease", "list")).match(/^[0-9a-f]{16}$/gm) ?? [];
  const told = await Promise.all(all.map((id) => etcd.etcdctl("lease", "timetolive", id, "--keys")));
  const lease = told.find((text) => text.includes(key)) ?? "";
  return Number(/remaining\((\d+)s\)/.exec(lease)?.[1]);
}

it("clocks that are hours apart, and are stepped, move nothing but timestamps", { timeout: 90_000 }, async () => {
  await run("early", 9);
  const before = await read("status/ns/default/instances/");
  await ask("review-1");
  const { revision } = await store.list(["none/"]);
  const seen = new WatchRecorder(store, ["status/", "alive/", "elections/", "assigned/"], revision + 1);

  const held = await leases();
  expect(held).toHaveLength(6 + 1);
  await clocks.ahead.step("-1h");
  await clocks.behind.step("+1h");
  await longer();
  await run("late", 6);

  expect(await leases()).toEqual(held);
  // Nobody was declared dead, nobody else came to lead, and nobody's key ran out.
  const gone = seen.texts.filter((text) => text.startsWith("-"));
  expect(gone).toEqual([]);
  const saidOf = (prefix: string) =>
    seen.texts.filter((text) => text.startsWith(prefix)).map((text) => JSON.parse(text.slice(text.indexOf("=") + 1)));
  expect(saidOf("status/cluster/hypervisors/").filter((said: Said) => !isReady(said))).toEqual([]);
  expect(saidOf("elections/")).toEqual([]);
  // Nothing that ran was stopped, started or told anything; nothing is in two places.
  expect(seen.texts.filter((text) => text.includes("instances/early-"))).toEqual([]);
  const assigned = (await store.list(["assigned/"])).entries.filter(({ key }) => key.includes("/instances/"));
  expect(assigned).toHaveLength(15);
  expect(new Set(assigned.map(({ key }) => key.slice(-36))).size).toBe(15);
  expect((await read("status/ns/default/instances/early-")).map(({ status }) => status)).toEqual(
    before.map(({ status }) => status),
  );
  // Ten minutes are ten minutes.
  expect(await secondsLeft(reviewAnswerKey("review-1"))).toBeGreaterThan(REVIEW_SECONDS - 60);
  await seen.stop();

  // The next leader's clock is two hours from the last one's.
  await leader.kill();
  await run("last", 3);
  const times = (await read("status/ns/default/instances/")).flatMap(({ status }) => status.conditions ?? []);
  const apart = times.map(({ lastTransitionTime }) =>
    Math.round((Date.parse(lastTransitionTime) - Date.now()) / HOUR_MS),
  );
  expect([...new Set(apart)].sort((a, b) => a - b)).toEqual([-1, 0, 1]);
  for (const words of [
    ["get", "instances"],
    ["get", "hypervisors"],
    ["events", "-A"],
    ["describe", "instance", "early-0"],
  ]) {
    const text = await cli.out(...words);
    expect(text).not.toMatch(/NaN|Invalid|\s-\d/);
  }
});

import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadManifests } from "../../apply/load.ts";
import type { Store } from "../../store/store.ts";
import type { RunningCli } from "../cmd/cli.ts";
import { QuickCli } from "../cmd/quick-cli.ts";
import { E2eProgram } from "../support/e2e-program.ts";
import { EtcdServer } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { seededRandom, testSeed } from "../support/seed.ts";

const run = promisify(execFile);
const COMMITS = ["commit-1", "commit-2", "commit-3"] as const;
const sources = join(import.meta.dirname, "gitops");
const main = join(import.meta.dirname, "../../dist/main.js");

let etcd: EtcdServer;
let store: Store;
let controller: E2eProgram;
let cli: QuickCli;
let folder: string;

beforeAll(async () => {
  etcd = await EtcdServer.start();
  store = await etcd.store({ root: "/vmctl/" });
  controller = new E2eProgram("controller", [process.execPath, main, "controller", `--endpoints=${etcd.endpoint}`]);
  controller.start();
  cli = new QuickCli({ VMCTL_ENDPOINTS: etcd.endpoint });
  folder = await mkdtemp(join(tmpdir(), "vmctl-gitops-"));
  await makeRepository(join(folder, "repository"));
});
afterAll(async () => {
  await cli?.stop();
  await controller?.terminate();
  await etcd?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Nobody's settings but the test's own. */
const GIT = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
const WHO = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "init.defaultBranch=main"];
const git = async (dir: string, ...words: string[]): Promise<string> =>
  (await run("git", [...WHO, "-C", dir, ...words], { env: { PATH: process.env["PATH"], ...GIT } })).stdout;

async function makeRepository(dir: string): Promise<void> {
  await run("git", [...WHO, "init", "-q", dir], { env: { PATH: process.env["PATH"], ...GIT } });
  for (const commit of COMMITS) {
    await cp(join(sources, commit), dir, { recursive: true });
    const removed = await readFile(join(sources, commit, "REMOVED"), "utf8").catch(() => "");
    await rm(join(dir, "REMOVED"), { force: true });
    for (const path of removed.split("\n").filter(Boolean)) await rm(join(dir, path));
    await git(dir, "add", "-A");
    await git(dir, "commit", "-qm", commit);
  }
}

/** What continuous integration does: a clone, each commit checked out and applied, again while it is refused. */
class Pipeline {
  readonly #dir: string;
  #running: RunningCli | undefined;
  readonly said: string[] = [];
  constructor(name: string) {
    this.#dir = join(folder, name);
  }

  async run(): Promise<void> {
    await git(folder, "clone", "-q", join(folder, "repository"), this.#dir);
    const hashes = (await git(this.#dir, "log", "--reverse", "--format=%H")).trim().split("\n");
    for (const hash of hashes) {
      await git(this.#dir, "checkout", "-q", hash);
      await eventually(() => this.#apply(), { deadlineMs: 60_000, everyMs: 200 });
    }
  }

  /** As an out-of-memory killer would. False when there is nothing to kill. */
  async kill(): Promise<boolean> {
    if (!this.#running) return false;
    await this.#running.kill();
    return true;
  }

  async #apply(): Promise<boolean> {
    const flags = ["--applyset=shop", "--prune", "--prune-limit=50%", "--field-manager=pipeline"];
    this.#running = cli.start(["apply", "-f", this.#dir, "-R", ...flags]);
    const { status, err } = await this.#running.ended;
    this.#running = undefined;
    this.said.push(`${status}: ${err}`);
    return status === 0;
  }
}

/** As `Kind/namespace/name`, with the spec. */
async function inCluster(): Promise<Record<string, unknown>> {
  const { items } = JSON.parse(await cli.out("get", "instances,images", "-A", "-o", "json")) as {
    items: { kind: string; metadata: { namespace?: string; name: string }; spec: unknown }[];
  };
  return Object.fromEntries(
    items.map(({ kind, metadata, spec }) => [`${kind}/${metadata.namespace ?? ""}/${metadata.name}`, spec]),
  );
}

async function inFiles(dir: string): Promise<Record<string, unknown>> {
  const loaded = await loadManifests([dir], { recursive: true, namespace: "default", readStdin: async () => "" });
  expect(loaded.problems).toEqual([]);
  const objects = loaded.manifests.map(({ object }) => object).filter(({ kind }) => kind !== "Namespace");
  return Object.fromEntries(
    objects.map(({ kind, metadata, spec }) => [`${kind}/${metadata.namespace ?? ""}/${metadata.name}`, spec]),
  );
}

const FOREIGN =
  "apiVersion: compute.vmctl/v1alpha1\nkind: Instance\nmetadata: {name: foreign, labels: {app: shop}}\n" +
  "spec: {runStrategy: Halted, image: {source: {file: /foreign.qcow2}}}\n";

it("two pipelines and a kill -9 end with what the files say, and touch nothing else", async () => {
  const random = seededRandom(testSeed());
  await cli.run(["apply", "-f", "-", "--field-manager=somebody"], { stdin: FOREIGN });
  const foreign = await store.get("spec/ns/default/instances/foreign");
  const pipelines = [new Pipeline("one"), new Pipeline("two")];
  const [first] = pipelines;
  const running = Promise.all(pipelines.map((pipeline) => pipeline.run()));
  await eventually(async () => Object.keys(await inCluster()).length > 1 + random() * 20, {
    deadlineMs: 60_000,
    everyMs: 100,
  });
  // Between two runs there is nothing to kill: then in the next one.
  await eventually(async () => (await first?.kill()) ?? false, { deadlineMs: 30_000 });
  await running.catch((error: unknown) => {
    throw new Error(pipelines.map(({ said }) => said.join("\n")).join("\n\n"), { cause: error });
  });
  const wanted = await inFiles(join(folder, "repository"));
  const { "Instance/default/foreign": kept, ...rest } = await eventually(
    async () => {
      const now = await inCluster();
      expect(Object.keys(now).sort()).toEqual([...Object.keys(wanted), "Instance/default/foreign"].sort());
      return now;
    },
    { deadlineMs: 30_000, everyMs: 100 },
  );
  expect(rest).toEqual(wanted);
  expect(kept).toBeDefined();
  expect(await store.get("spec/ns/default/instances/foreign")).toEqual(foreign);
  const record = JSON.parse((await store.get("applysets/shop/members"))?.value ?? "{}") as { members: unknown[] };
  expect(record.members).toHaveLength(Object.keys(wanted).length + 2);
});

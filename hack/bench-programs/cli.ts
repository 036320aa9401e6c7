import { spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildPrograms } from "../../test/support/e2e-bundle.ts";
import { connectionFlags, E2E_ROOT, E2E_USERS, startGuardedEtcd } from "../../test/support/e2e-etcd.ts";
import { type EtcdServer, WITH_FSYNC } from "../../test/support/etcd.ts";
import type { CliPairs } from "./cli-figures.ts";
import { fillNamespace } from "./cli-objects.ts";

export interface CliOptions {
  readonly runs: number;
  /** Of the large list. */
  readonly objects: number;
}

/** What is timed: our words, what stands beside them, and what was promised. */
interface Race {
  readonly what: string;
  readonly words: readonly string[];
  readonly beside: string;
  readonly command: readonly string[];
  readonly goalMs: number;
  readonly goalMiB?: number;
}

const USAGE_RUNS = 5;
const root = join(import.meta.dirname, "../..");

/**
 * Whole processes, `bin/vmctl` to its end, each beside another program in turn: help beside an empty Node, lists over
 * TLS with client certificates and roles beside etcdctl reading the same keys. One pair is thrown away first.
 */
export async function benchCli({ runs, objects }: CliOptions): Promise<readonly CliPairs[]> {
  const dir = await mkdtemp(join(tmpdir(), "vmctl-bench-cli-"));
  const etcd = await startGuardedEtcd([], [WITH_FSYNC]);
  try {
    await furnish(dir, etcd, objects);
    const pairs: CliPairs[] = [];
    for (const race of racesOf(etcd, objects)) pairs.push(await run(dir, race, runs));
    return pairs;
  } finally {
    await etcd.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

/** A copy of what is installed: `bin/` beside `dist/`; and the objects. */
async function furnish(dir: string, etcd: EtcdServer, objects: number): Promise<void> {
  await buildPrograms(join(dir, "dist"));
  await cp(join(root, "bin"), join(dir, "bin"), { recursive: true });
  await cp(join(root, "package.json"), join(dir, "package.json"));
  await writeFile(
    join(dir, "usage.cjs"),
    'process.on("exit", () => require("fs").writeFileSync(process.env.USAGE, JSON.stringify(process.resourceUsage())));\n',
  );
  const credentials = await etcd.certificates?.credentials(E2E_USERS.admin);
  const store = await etcd.store({ root: E2E_ROOT, ...(credentials && { credentials }) });
  await fillNamespace(store, "ten", 10);
  await fillNamespace(store, "many", objects);
}

function racesOf(etcd: EtcdServer, objects: number): Race[] {
  const flags = connectionFlags(etcd, E2E_USERS.user);
  const list = (namespace: string, count: number) => ({
    what: `get instances: ${count.toLocaleString("en")} objects`,
    words: ["get", "instances", "-n", namespace, ...flags],
    beside: "etcdctl get of the same keys, twice",
    command: ["sh", "-c", ["spec", "status"].map((side) => etcdctl(etcd, `${side}/ns/${namespace}/`)).join(" && ")],
  });
  return [
    { what: "--help", words: ["--help"], beside: "node -e 0", command: [process.execPath, "-e", "0"], goalMs: 150 },
    { ...list("ten", 10), goalMs: 350 },
    { ...list("many", objects), goalMs: 2_000, goalMiB: 300 },
  ];
}

/** As a shell wants it. */
function etcdctl(etcd: EtcdServer, prefix: string): string {
  const { ca, cert, key } = etcd.certificates?.files(E2E_USERS.user) ?? { ca: "", cert: "", key: "" };
  const flags = `--endpoints ${etcd.endpoint} --cacert ${ca} --cert ${cert} --key ${key}`;
  return `ETCDCTL_API=3 etcdctl ${flags} get --prefix ${E2E_ROOT}${prefix}`;
}

async function run(dir: string, { words, command, ...race }: Race, runs: number): Promise<CliPairs> {
  const vmctl = [join(dir, "bin/vmctl"), ...words];
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let count = 0; count <= runs; count++) {
    // Who goes first changes from pair to pair.
    const order = count % 2 === 0 ? [true, false] : [false, true];
    for (const isOurs of order) {
      const ms = await timed(isOurs ? vmctl : command);
      if (count > 0) (isOurs ? ours : theirs).push(ms);
    }
  }
  return { ...race, ours, theirs, ...(await usage(dir, vmctl)) };
}

async function timed(command: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<number> {
  const [program = "", ...words] = command;
  const begin = performance.now();
  const child = spawn(program, words, {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, HOME: "/nonexistent", ...environment },
  });
  const status = await new Promise((resolve) => child.once("close", resolve));
  if (status !== 0) throw new Error(`${command.join(" ")} ended with ${String(status)}`);
  return performance.now() - begin;
}

/** What the process itself says at its end, in runs apart; the least processor time is the least disturbed. */
async function usage(dir: string, vmctl: readonly string[]): Promise<{ maxRssMiB: number; processorMs: number }> {
  const file = join(dir, "usage");
  const said: NodeJS.ResourceUsage[] = [];
  for (let count = 0; count < USAGE_RUNS; count++) {
    await timed(vmctl, { NODE_OPTIONS: `--require ${join(dir, "usage.cjs")}`, USAGE: file });
    said.push(JSON.parse(await readFile(file, "utf8")) as NodeJS.ResourceUsage);
  }
  const processor = said.map(({ userCPUTime, systemCPUTime }) => (userCPUTime + systemCPUTime) / 1000);
  return { maxRssMiB: Math.max(...said.map(({ maxRSS }) => maxRSS)) / 1024, processorMs: Math.min(...processor) };
}

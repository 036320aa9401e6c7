import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { SlowFirst } from "./test/support/slow-first.ts";

interface Suite {
  readonly name: string;
  readonly include: string[];
  readonly exclude?: string[];
  readonly testTimeoutSeconds: number;
  /** Files of one worker share its modules, for what is slow to load and keeps no state of its own. */
  readonly shareWorker?: boolean;
  /** How many files at a time (hack/run-suites.mjs); more than there are processors where tests wait for servers. */
  readonly workers?: number;
  readonly oneFileAtATime?: boolean;
  /**
   * Kernels, QEMU and etcd have timing of their own. Only in CI a test of theirs that failed is tried once more, and
   * the report says so (`retry x1`): a developer's run never hides one.
   */
  readonly realServers?: boolean;
  /** One etcd for all files of the suite that want no more of it than a root of their own. */
  readonly sharedEtcd?: boolean;
}

const suites = JSON.parse(readFileSync(new URL("hack/suites.json", import.meta.url), "utf8")) as Suite[];

// The first suite is what the others leave: no test file is without a suite.
const othersInclude = suites.slice(1).flatMap(({ include }) => include);
const othersExclude = suites.slice(1).flatMap(({ exclude }) => exclude ?? []);

const kept = process.env["VMCTL_TEST_KEPT"];

export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: 2,
    passWithNoTests: true,
    sequence: { sequencer: SlowFirst },
    // One suite after the other reads the same modules: transformed once for a whole run of hack/test.
    experimental: kept === undefined ? {} : { fsModuleCache: true, fsModuleCachePath: `${kept}/modules` },
    // Written below node_modules by whoever ran last; suites that run as root would lock the others out.
    cache: false,
    projects: suites.map((suite, index) => ({
      test: {
        name: suite.name,
        include: suite.include,
        exclude: index === 0 ? exceptFor(othersInclude, othersExclude) : (suite.exclude ?? []),
        setupFiles: ["test/support/leaks.ts"],
        globalSetup: suite.sharedEtcd ? ["test/support/etcd-of-suite.ts"] : [],
        testTimeout: suite.testTimeoutSeconds * 1000,
        retry: process.env["CI"] && suite.realServers ? 1 : 0,
        hookTimeout: Math.max(60, suite.testTimeoutSeconds) * 1000,
        isolate: !suite.shareWorker,
        fileParallelism: !suite.oneFileAtATime,
      },
    })),
  },
});

/** `test/hypervisor/**` without `test/hypervisor/seed/**`, in the one way globs can say it. */
function exceptFor(included: readonly string[], excluded: readonly string[]): string[] {
  return included.map((pattern) => {
    const folder = pattern.replace(/\/\*\*.*$/, "");
    const inner = excluded.filter((path) => path.startsWith(`${folder}/`)).map((path) => path.split("/")[2] ?? "");
    return inner.length === 0 ? `${folder}/**` : `${folder}/!(${inner.join("|")})/**`;
  });
}

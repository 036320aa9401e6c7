import { PREFIX, statusKey } from "../../resources/keys.ts";
import type { E2eProgram } from "../../test/support/e2e-program.ts";
import { BenchCluster, type ClusterOptions } from "./bench-cluster.ts";
import type { LoggedChange } from "./key-log.ts";
import type { SpecObject } from "./objects.ts";
import { deleteInstance, startInstance, statusOf } from "./product-start.ts";

export interface RevisionOptions extends ClusterOptions {
  readonly runs: number;
  readonly quietSeconds: number;
}

/** One revision as the keys it wrote, in the order of the keys' log. */
export type Revision = readonly string[];

export interface RevisionFigures {
  readonly starts: readonly (readonly Revision[])[];
  readonly deletes: readonly (readonly Revision[])[];
  /** Of `quietSeconds` with one running guest. */
  readonly quiet: readonly Revision[];
  /** What a program that starts anew looks at is everything; a node says besides that it goes and that it is back. */
  readonly restarts: { readonly controller: readonly Revision[]; readonly node: readonly Revision[] };
}

/** Written all the time or for people only: counted apart by the design. */
const APART: readonly string[] = [PREFIX.events, PREFIX.alive, PREFIX.elections];

export async function benchRevisions(options: RevisionOptions): Promise<RevisionFigures> {
  const { runs, quietSeconds } = options;
  const cluster = await BenchCluster.start(options);
  try {
    const starts: (readonly Revision[])[] = [];
    const deletes: (readonly Revision[])[] = [];
    await deleteInstance(cluster, (await startInstance(cluster, "warm-up")).object);
    for (let count = 0; count < runs; count++) {
      const objects: SpecObject[] = [];
      starts.push(
        await counted(cluster, async () => void objects.push(await startAndFindAddress(cluster, `count-${count}`))),
      );
      for (const object of objects) deletes.push(await counted(cluster, () => deleteInstance(cluster, object)));
    }
    await startAndFindAddress(cluster, "quiet");
    const quiet = await counted(cluster, () => pause(quietSeconds * 1000));
    const controller = await counted(cluster, () => restart(cluster.controller));
    const node = await counted(cluster, () => restart(cluster.node));
    return { starts, deletes, quiet, restarts: { controller, node } };
  } finally {
    await cluster.stop();
  }
}

async function startAndFindAddress(cluster: BenchCluster, name: string): Promise<SpecObject> {
  const { object } = await startInstance(cluster, name);
  await cluster.keys.first((change) => change.key === statusKey(object.tail) && isReady(change));
  return object;
}

const isReady = (change: LoggedChange): boolean =>
  (statusOf(change)?.conditions ?? []).some(({ type, status }) => type === "Ready" && status === "True");

async function restart(program: E2eProgram): Promise<void> {
  await program.terminate();
  program.start();
  await pause(15_000);
}

/** The revisions of `work`, and of a second after it, that wrote something that counts. */
async function counted(cluster: BenchCluster, work: () => Promise<void>): Promise<readonly Revision[]> {
  cluster.keys.forget();
  await work();
  await pause(1_000);
  const byRevision = new Map<number, string[]>();
  for (const { key, value, revision } of cluster.keys.changes) {
    const keys = byRevision.get(revision) ?? [];
    byRevision.set(revision, [...keys, value === undefined ? `-${key}` : key]);
  }
  return [...byRevision.values()].filter((keys) => keys.some(counts));
}

const counts = (key: string): boolean => !APART.some((prefix) => key.replace(/^-/, "").startsWith(prefix));

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

import { domainName } from "../../hypervisor/domain-name.ts";
import { statusKey } from "../../resources/keys.ts";
import { BenchCluster, type ClusterOptions } from "./bench-cluster.ts";
import { type ByHand, copyByHand, removeByHand, startByHand } from "./by-hand.ts";
import { instanceObject, NAMESPACE, type SpecObject } from "./objects.ts";
import { deleteInstance, statusOf } from "./product-start.ts";

export interface ManyOptions extends ClusterOptions {
  /** How many guests; all of them run at the end of each part. */
  readonly count: number;
}

export interface ManyFigures {
  readonly count: number;
  /** Milliseconds until each was Running, in that order, since the first spec was sent. */
  readonly product: readonly number[];
  /** Milliseconds until each was started, one after the other in a loop at the shell. */
  readonly byHand: readonly number[];
}

/** All specs at once, against a loop by hand over the same guests. */
export async function benchMany({ count, ...options }: ManyOptions): Promise<ManyFigures> {
  const cluster = await BenchCluster.start(options);
  try {
    const warm = instanceObject("warm-up");
    await startAll(cluster, [warm]);
    const domain = domainName({ namespace: NAMESPACE, name: "warm-up" });
    const hands: ByHand[] = [];
    for (let index = 0; index < count; index++) hands.push(await copyByHand(cluster, domain, `by-hand-${index}`));
    await deleteInstance(cluster, warm);
    const objects = hands.map((_, index) => instanceObject(`many-${index}`));
    const product = await startAll(cluster, objects);
    await Promise.all(objects.map((object) => deleteInstance(cluster, object)));
    const byHand = await loopByHand(cluster, hands);
    for (const hand of hands) await removeByHand(cluster, hand);
    return { count, product, byHand };
  } finally {
    await cluster.stop();
  }
}

async function startAll(cluster: BenchCluster, objects: readonly SpecObject[]): Promise<readonly number[]> {
  cluster.keys.forget();
  const before = performance.now();
  const puts = objects.map(({ key, value }) =>
    cluster.store.commit({ compares: [{ key, absent: true }], writes: [{ op: "put", key, value }] }),
  );
  const running = await Promise.all(
    objects.map(({ tail }) =>
      cluster.keys.first((change) => change.key === statusKey(tail) && statusOf(change)?.phase === "Running"),
    ),
  );
  await Promise.all(puts);
  return running.map(({ at }) => at - before).sort((a, b) => a - b);
}

async function loopByHand(cluster: BenchCluster, hands: readonly ByHand[]): Promise<readonly number[]> {
  const before = performance.now();
  const ends: number[] = [];
  for (const hand of hands) {
    await startByHand(cluster, hand);
    ends.push(performance.now() - before);
  }
  return ends;
}

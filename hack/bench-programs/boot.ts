import { domainName } from "../../hypervisor/domain-name.ts";
import { BenchCluster, type ClusterOptions } from "./bench-cluster.ts";
import type { Pair } from "./boot-figures.ts";
import { type ByHand, type ByHandTimes, copyByHand, removeByHand, startByHand } from "./by-hand.ts";
import { NAMESPACE } from "./objects.ts";
import { deleteInstance, type ProductTimes, startInstance } from "./product-start.ts";

export interface BootOptions extends ClusterOptions {
  readonly runs: number;
}

/**
 * `runs` pairs, product and by hand by turns, one guest at a time. One more pair goes first and is thrown away: it
 * fills the image cache and every cache below.
 */
export async function benchBoot({ runs, ...options }: BootOptions): Promise<readonly Pair[]> {
  const cluster = await BenchCluster.start(options);
  try {
    const pairs: Pair[] = [];
    let hand: ByHand | undefined;
    for (let count = 0; count <= runs; count++) {
      // Who goes first changes from pair to pair.
      const early = count % 2 === 1 ? hand : undefined;
      const before = early && (await runByHand(cluster, early));
      const product = await runProduct(cluster, `boot-${count}`, async (domain) => {
        hand ??= await copyByHand(cluster, domain, "by-hand");
      });
      const byHand = before ?? (hand && (await runByHand(cluster, hand)));
      if (count > 0 && byHand) pairs.push({ product, byHand });
    }
    return pairs;
  } finally {
    await cluster.stop();
  }
}

/** Started, timed, shown to `look` while it runs, and taken away again. */
async function runProduct(
  cluster: BenchCluster,
  name: string,
  look: (domain: string) => Promise<void>,
): Promise<ProductTimes> {
  cluster.keys.forget();
  const { object, times } = await startInstance(cluster, name);
  await look(domainName({ namespace: NAMESPACE, name }));
  await deleteInstance(cluster, object);
  return times;
}

async function runByHand(cluster: BenchCluster, hand: ByHand): Promise<ByHandTimes> {
  const times = await startByHand(cluster, hand);
  await removeByHand(cluster, hand);
  return times;
}

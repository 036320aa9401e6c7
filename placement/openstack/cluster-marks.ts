/** How one vmctl cluster's things are told from everybody else's on a shared Placement. */
export interface ClusterMarks {
  /** Type of our consumers: the sweeper touches no other. */
  readonly consumerType: string;
  /** A trait on each of our providers, required by each of our queries: a foreign compute host is no candidate. */
  readonly trait: string;
}

const TRAIT_PREFIX = "CUSTOM_VMCTL_";

/** As the cluster's name stands in its mark, for people: `undefined` for a trait that is no mark. */
export const clusterOfMark = (trait: string): string | undefined =>
  trait.startsWith(TRAIT_PREFIX) ? trait.slice(TRAIT_PREFIX.length) : undefined;

/** Names differing only in characters outside A-Z, 0-9 and _ (case aside) give the same marks: keep them apart. */
export function clusterMarks(cluster: string): ClusterMarks {
  const name = cluster.toUpperCase().replace(/[^A-Z0-9_]/g, "_");
  return { consumerType: `VMCTL_${name}`, trait: TRAIT_PREFIX + name };
}

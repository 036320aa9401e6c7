import type { Hypervisor } from "../../hypervisor/hypervisor.ts";
import type { NodeView } from "./node-view.ts";

/**
 * Machines of ours on this host that etcd says nothing about, as people name them, in order: what a lost store or a
 * host from another cluster leaves. They are told of, never touched. Call it only with complete pictures.
 */
export async function findOrphans(hypervisor: Hypervisor, view: NodeView): Promise<string[]> {
  const machines = await hypervisor.list();
  return machines
    .filter(({ uid }) => !view.knows(uid))
    .map(({ uid, namespace, name }) => `${namespace}/${name} (${uid})`)
    .sort();
}

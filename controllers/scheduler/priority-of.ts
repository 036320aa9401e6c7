import type { InstanceSpec } from "../../resources/instance.ts";
import type { ClusterView } from "../cluster/cluster-view.ts";

/** 0 where nothing is said. A spec may have been written around vmctl. */
export function priorityOf(view: ClusterView, tail: string): number {
  const { priority } = (view.spec(tail)?.value.spec ?? {}) as Pick<InstanceSpec, "priority">;
  return Number.isFinite(priority) && priority !== undefined ? priority : 0;
}

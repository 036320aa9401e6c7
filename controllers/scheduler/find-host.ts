import type { PlacementView } from "../../placement/placement.ts";
import type { InstanceSpec } from "../../resources/instance.ts";
import { REASON } from "../../resources/instance-status.ts";
import type { ClusterView } from "../cluster/cluster-view.ts";
import { admittedHypervisors, type HypervisorFacts } from "../cluster/hypervisor-facts.ts";
import { type Choice, choose } from "./choose.ts";
import { candidatesRequest } from "./request.ts";

export type FoundHost =
  | { readonly choice: Choice }
  | { readonly refusal: { readonly reason: string; readonly message: string } };

export interface WantedHost {
  /** Breaks ties between equal hosts. */
  readonly uid: string;
  readonly spec: InstanceSpec;
}

/** Every hypervisor of this cluster by the uuid of its provider, which is its uid. */
export const hostsByProvider = (view: ClusterView): ReadonlyMap<string, HypervisorFacts> =>
  new Map(admittedHypervisors(view).map((host) => [host.status?.value.uid ?? "", host]));

/** The best host for a spec now, or why there is none, counted by reason. Reads only. Fails with PlacementError. */
export async function findHost(
  view: ClusterView,
  placement: PlacementView,
  { uid, spec }: WantedHost,
  signal?: AbortSignal,
): Promise<FoundHost> {
  const hosts = hostsByProvider(view);
  const pin = spec.hypervisor && [...hosts].find(([, host]) => host.name === spec.hypervisor)?.[0];
  if (spec.hypervisor && !pin) {
    const message = `Hypervisor "${spec.hypervisor}" does not exist`;
    return { refusal: { reason: REASON.hypervisorNotFound, message } };
  }
  const request = candidatesRequest(spec, pin || undefined);
  const { choices, refusals } = choose(uid, spec, await placement.candidates(request, signal), hosts);
  const [choice] = choices;
  if (choice) return { choice };
  const message = `0 of ${hosts.size} hypervisors can take it: ${refusals.join(", ") || "there is none"}`;
  return { refusal: { reason: REASON.noCapacity, message } };
}

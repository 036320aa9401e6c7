import type { PlacementView } from "../../placement/placement.ts";
import type { InstanceSpec } from "../../resources/instance.ts";
import { REASON } from "../../resources/instance-status.ts";
import { parseTail } from "../../resources/keys.ts";
import type { ClusterView } from "../cluster/cluster-view.ts";
import { admittedHypervisors, type HypervisorFacts, readHypervisor } from "../cluster/hypervisor-facts.ts";
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

/** The hypervisor of this cluster that a provider stands for: the provider's uuid is its uid. */
export function hostOfProvider(view: ClusterView, provider: string): HypervisorFacts | undefined {
  const name = parseTail(view.uid(provider)?.value.tail ?? "")?.name;
  const host = name === undefined ? undefined : readHypervisor(view, name);
  return host?.status?.value.uid === provider ? host : undefined;
}

/** The best host for a spec now, or why there is none, counted by reason. Reads only. Fails with PlacementError. */
export async function findHost(
  view: ClusterView,
  placement: PlacementView,
  { uid, spec }: WantedHost,
  signal?: AbortSignal,
): Promise<FoundHost> {
  const pin = spec.hypervisor && readHypervisor(view, spec.hypervisor).status?.value.uid;
  if (spec.hypervisor && !pin) {
    const message = `Hypervisor "${spec.hypervisor}" does not exist`;
    return { refusal: { reason: REASON.hypervisorNotFound, message } };
  }
  const request = candidatesRequest(spec, pin || undefined);
  const { choices, refusals } = choose(uid, spec, await placement.candidates(request, signal), (provider) =>
    hostOfProvider(view, provider),
  );
  const [choice] = choices;
  if (choice) return { choice };
  const message = `0 of ${admittedHypervisors(view).length} hypervisors can take it: ${refusals.join(", ") || "there is none"}`;
  return { refusal: { reason: REASON.noCapacity, message } };
}

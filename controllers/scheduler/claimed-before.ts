import type { Allocation } from "../../placement/placement.ts";
import { canonicalJson } from "../../resources/canonical-json.ts";
import type { InstanceSpec } from "../../resources/instance.ts";
import { resourceRequest } from "../../resources/resource-request.ts";
import type { SchedulingIntent } from "../../resources/status-record.ts";
import type { HypervisorFacts } from "../cluster/hypervisor-facts.ts";
import type { Choice } from "./choose.ts";
import { firstRefusal } from "./filters.ts";

interface Interrupted {
  /** The spec with what its Flavor gives. */
  readonly wish: InstanceSpec;
  readonly scheduling: SchedulingIntent | undefined;
}

/**
 * The choice that an interrupted attempt had claimed, if it is still a good one: on the intended host alone, exactly
 * what the spec asks for now, and the host still takes it.
 */
export function claimedBefore(
  held: Allocation,
  { wish, scheduling }: Interrupted,
  hostOf: (provider: string) => HypervisorFacts | undefined,
): Choice | undefined {
  const [only, second] = Object.entries(held.allocations);
  if (!only || second) return undefined;
  const [provider, resources] = only;
  const host = hostOf(provider);
  if (!host || host.name !== scheduling?.host) return undefined;
  if (wish.hypervisor !== undefined && wish.hypervisor !== host.name) return undefined;
  if (canonicalJson(resources) !== canonicalJson(resourceRequest(wish))) return undefined;
  return firstRefusal(host, wish) === undefined
    ? { host, candidate: { provider, allocations: held.allocations } }
    : undefined;
}

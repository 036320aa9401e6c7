import type { Allocation } from "../../placement/placement.ts";
import { canonicalJson } from "../../resources/canonical-json.ts";
import { resourceRequest } from "../../resources/resource-request.ts";
import type { SchedulingIntent } from "../../resources/status-record.ts";
import type { Choice, ChooseParts } from "./choose.ts";
import { firstRefusal } from "./filters/first-refusal.ts";
import type { Wish } from "./peers.ts";

interface Interrupted {
  readonly wish: Wish;
  readonly scheduling: SchedulingIntent | undefined;
}

/**
 * The choice that an interrupted attempt had claimed, if it is still a good one: on the intended host alone, exactly
 * what the spec asks for now, and the host still takes it.
 */
export function claimedBefore(
  held: Allocation,
  { wish, scheduling }: Interrupted,
  { hostOf, peers }: ChooseParts,
): Choice | undefined {
  const [only, second] = Object.entries(held.allocations);
  if (!only || second) return undefined;
  const [provider, resources] = only;
  const host = hostOf(provider);
  if (!host || host.name !== scheduling?.host) return undefined;
  if (wish.spec.hypervisor !== undefined && wish.spec.hypervisor !== host.name) return undefined;
  if (canonicalJson(resources) !== canonicalJson(resourceRequest(wish.spec))) return undefined;
  return firstRefusal(host, wish, peers) === undefined
    ? { host, candidate: { provider, allocations: held.allocations } }
    : undefined;
}

import { TRAIT_DISABLED } from "../../placement/placement.ts";
import { traitsOfHost } from "../../resources/host-traits.ts";
import { type HypervisorFacts, hypervisorSpec, unavailable } from "../cluster/hypervisor-facts.ts";

/** The traits of a hypervisor's provider: reported, declared, by networks and pools, and whether it may be used. Sorted. */
export function providerTraits(facts: HypervisorFacts): string[] {
  const observed = facts.observed?.value;
  const kept = observed ? [...observed.traits, ...traitsOfHost(observed)] : [];
  const declared = hypervisorSpec(facts).traits ?? [];
  const disabled = unavailable(facts) === undefined ? [] : [TRAIT_DISABLED];
  return [...new Set([...kept, ...declared, ...disabled])].sort();
}

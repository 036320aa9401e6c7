import type { AllocationRequest } from "./candidates-query.ts";
import type { TreeSummary } from "./engine/candidates/summaries.ts";
import type { Candidate } from "./placement.ts";

const TRAIT_SHARING = "MISC_SHARES_VIA_AGGREGATE";

/** An allocation request with the hypervisor it leads to: the root that does not merely share. */
export function candidateOf(
  { allocations, mappings }: AllocationRequest,
  summaryOf: (uuid: string) => TreeSummary | undefined,
): Candidate {
  const providers = Object.keys(allocations);
  const own = providers.find((uuid) => summaryOf(uuid)?.traits.includes(TRAIT_SHARING) !== true);
  const provider = own ?? providers[0] ?? "";
  return { provider: summaryOf(provider)?.root ?? provider, allocations, mappings };
}

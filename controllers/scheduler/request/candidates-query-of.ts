import type { CandidatesQuery, RequestGroup } from "../../../placement/candidates-query.ts";
import { TRAIT_DISABLED } from "../../../placement/placement.ts";
import { PlacementError } from "../../../placement/placement-error.ts";
import { type ImageNeeds, imageTraits, interfaceTraits } from "../../../resources/host-traits.ts";
import type { InstanceSpec } from "../../../resources/instance.ts";
import { placementRequest } from "../../../resources/placement-request.ts";

/** What the query needs beside the spec. */
export interface QueryExtras {
  /** Of the Image object, where the spec names one. */
  readonly image?: ImageNeeds | undefined;
  /** The provider of a pinned hypervisor. */
  readonly pinProvider?: string | undefined;
  /** Whether some provider of ours has a trait that vmctl keeps. */
  readonly isKept: (trait: string) => boolean;
}

/**
 * The allocation candidates query of a spec, with what its Flavor gives (architecture section 4.1). What vmctl keeps by
 * traits is asked of the root of the tree, which is the hypervisor: a cordon, the networks, the image's needs. A network
 * that no host has is left out, for Placement may not know its trait; then the filters refuse every host for it. Throws a
 * PlacementError (`InvalidRequest`) for a spec that contradicts itself.
 */
export function candidatesQueryOf(spec: InstanceSpec, { image, pinProvider, isKept }: QueryExtras): CandidatesQuery {
  const request = placementRequest(spec);
  if (!request.ok) throw new PlacementError("InvalidRequest", request.faults.join("; "));
  const { groups, rootRequired = [], rootForbidden = [], ...rest } = request.query;
  const inline = spec.image && "source" in spec.image ? spec.image : undefined;
  const needed = [...interfaceTraits(spec).filter(isKept), ...imageTraits(inline ?? image ?? {})];
  return {
    ...rest,
    groups: pinProvider === undefined ? groups : pinned(groups, pinProvider),
    rootRequired: [...new Set([...rootRequired, ...needed])],
    rootForbidden: [...new Set([...rootForbidden, TRAIT_DISABLED])],
  };
}

/** The group that spreads over the tree carries the pin for all; without it each does. */
function pinned(groups: readonly RequestGroup[], provider: string): readonly RequestGroup[] {
  const elsewhere = groups.find(({ inTree = provider }) => inTree !== provider);
  if (elsewhere)
    throw new PlacementError(
      "InvalidRequest",
      `spec.hypervisor is another tree than in_tree${elsewhere.suffix}=${elsewhere.inTree} of spec.placement.query`,
    );
  const carriers = groups.filter(({ suffix }) => suffix === "");
  return groups.map((group) => (carriers.length === 0 || group.suffix === "" ? { ...group, inTree: provider } : group));
}

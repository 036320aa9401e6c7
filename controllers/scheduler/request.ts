import { type FlatRequest, TRAIT_DISABLED } from "../../placement/placement.ts";
import type { InstanceSpec } from "../../resources/instance.ts";
import { resourceRequest } from "../../resources/resource-request.ts";

/** The allocation candidates query of a spec (architecture 4.1). `inTree` is the provider of a pinned hypervisor. */
export function candidatesRequest(spec: InstanceSpec, inTree: string | undefined): FlatRequest {
  return {
    resources: resourceRequest(spec),
    required: spec.traits?.required ?? [],
    forbidden: [...(spec.traits?.forbidden ?? []), TRAIT_DISABLED],
    ...(inTree === undefined ? {} : { inTree }),
  };
}

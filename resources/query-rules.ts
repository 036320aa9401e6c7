import type { InstanceSpec } from "./instance.ts";
import { placementRequest } from "./placement-request.ts";
import type { Problem } from "./problem.ts";

const FIELD: Readonly<Record<string, "vcpu" | "memory" | "disk">> = {
  VCPU: "vcpu",
  MEMORY_MB: "memory",
  DISK_GB: "disk",
};

/** What is wrong with placement.query, by itself or beside the rest of the spec, which is in order. */
export function queryProblems(spec: InstanceSpec): Problem[] {
  if (spec.placement?.query === undefined) return [];
  const isKnown = (className: string): boolean => {
    const field = FIELD[className];
    return spec.flavor === undefined || (field !== undefined && spec.resources?.[field] !== undefined);
  };
  const request = placementRequest(spec, isKnown);
  return request.ok ? [] : request.faults.map(problem);
}

const problem = (fault: string): Problem => ({
  path: ["spec", "placement", "query"],
  message: `cannot be taken: ${fault}`,
});

import { withDefaults } from "./defaults.ts";
import { groupRequest, type ResourceRequest } from "./group-request.ts";
import { Instance, type InstanceSpec } from "./instance.ts";
import { bytesOf, toGibibytes, toMebibytes } from "./quantity.ts";

/**
 * What an instance takes from its host and what is shared with it, in Placement's classes and units, rounded up. Its
 * size is that of the machine, whatever of it groups ask for apart; other classes come on top.
 */
export function resourceRequest(spec: InstanceSpec): ResourceRequest {
  const { vcpu = 1, memory = 0, disk = 0, ...custom } = withDefaults(Instance, spec).resources ?? {};
  const size = { VCPU: vcpu, MEMORY_MB: toMebibytes(bytesOf(memory)), DISK_GB: toGibibytes(bytesOf(disk)) };
  const others = (spec.resourceGroups ?? []).map(({ resources }) => withoutSize(groupRequest(resources)));
  return { ...size, ...sumOf([custom, ...others]) };
}

const withoutSize = ({ VCPU, MEMORY_MB, DISK_GB, ...others }: ResourceRequest): ResourceRequest => others;

function sumOf(requests: readonly ResourceRequest[]): ResourceRequest {
  const sum: Record<string, number> = {};
  for (const request of requests)
    for (const [name, amount] of Object.entries(request)) sum[name] = (sum[name] ?? 0) + amount;
  return sum;
}

import { groupRequest, type ResourceRequest } from "./group-request.ts";
import type { Amounts } from "./hypervisor.ts";
import type { InstanceSpec } from "./instance.ts";
import { DEFAULT_SIZE } from "./machine-size.ts";
import { readPlacementQuery } from "./placement-query.ts";
import { bytesOf, toGibibytes, toMebibytes } from "./quantity.ts";

/** The classes that a machine's size is counted in: groups divide it. Others come on top of each other. */
export const SIZE_CLASSES: readonly string[] = ["VCPU", "MEMORY_MB", "DISK_GB"];

/** CPUs and bytes in Placement's classes and units, rounded up. */
export const sizeInClasses = ({ vcpu, memory, disk }: Amounts): ResourceRequest => ({
  VCPU: vcpu,
  MEMORY_MB: toMebibytes(memory),
  DISK_GB: toGibibytes(disk),
});

/** The machine's own size, in Placement's classes and units, rounded up. */
export function machineSize({ resources }: InstanceSpec): ResourceRequest {
  const { vcpu, memory, disk } = { ...DEFAULT_SIZE, ...resources };
  return sizeInClasses({ vcpu, memory: bytesOf(memory), disk: bytesOf(disk) });
}

/** What is asked for beside the size and outside of groups. */
export function customRequest({ resources = {} }: InstanceSpec): ResourceRequest {
  const { vcpu: _cpus, memory: _ram, disk: _disk, ...custom } = resources;
  return custom;
}

/**
 * What an instance takes from its host and what is shared with it, in Placement's classes and units, rounded up. Its
 * size is that of the machine, whatever of it groups ask for apart; other classes come on top.
 */
export function resourceRequest(spec: InstanceSpec): ResourceRequest {
  const groups = (spec.resourceGroups ?? []).map(({ resources }) => groupRequest(resources));
  const text = spec.placement?.query;
  const read = text === undefined ? undefined : readPlacementQuery(text);
  const written = read?.ok ? read.query.groups : [];
  const granular = written.filter(({ suffix }) => suffix !== "").map(({ resources }) => resources);
  // What the query asks of the host itself repeats what the spec says of the same class.
  const general = written.find(({ suffix }) => suffix === "")?.resources ?? {};
  const others = [{ ...general, ...customRequest(spec) }, ...groups, ...granular].map(withoutSize);
  return { ...machineSize(spec), ...sumOf(others) };
}

const withoutSize = (request: ResourceRequest): ResourceRequest =>
  Object.fromEntries(Object.entries(request).filter(([name]) => !SIZE_CLASSES.includes(name)));

export function sumOf(requests: readonly ResourceRequest[]): ResourceRequest {
  const sum: Record<string, number> = {};
  for (const request of requests)
    for (const [name, amount] of Object.entries(request)) sum[name] = (sum[name] ?? 0) + amount;
  return sum;
}

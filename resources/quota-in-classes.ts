import type { ResourceRequest } from "./group-request.ts";
import type { NamespaceQuota } from "./namespace.ts";
import { bytesOf } from "./quantity.ts";

/** A quota by resource class. Limits are rounded down to the units in which is counted. */
export function quotaInClasses({ vcpu, memory, disk, ...custom }: NamespaceQuota): ResourceRequest {
  const whole = (amount: string | number, unit: number): number => Math.floor(bytesOf(amount) / unit);
  return {
    ...(vcpu === undefined ? {} : { VCPU: vcpu }),
    ...(memory === undefined ? {} : { MEMORY_MB: whole(memory, 2 ** 20) }),
    ...(disk === undefined ? {} : { DISK_GB: whole(disk, 2 ** 30) }),
    ...custom,
  };
}

import type { GroupAmounts } from "./placement-words.ts";
import { parseQuantity, toGibibytes, toMebibytes } from "./quantity.ts";

/** Amounts by Placement resource class: `VCPU`, `MEMORY_MB` (MiB), `DISK_GB` (GiB), `CUSTOM_…`. */
export type ResourceRequest = Readonly<Record<string, number>>;

/** What one resource group asks for, in Placement's classes and units, rounded up. */
export function groupRequest({ vcpu, memory, disk, ...classes }: GroupAmounts = {}): ResourceRequest {
  return {
    ...(vcpu === undefined ? {} : { VCPU: vcpu }),
    ...(memory === undefined ? {} : { MEMORY_MB: toMebibytes(parseQuantity(memory) ?? 0) }),
    ...(disk === undefined ? {} : { DISK_GB: toGibibytes(parseQuantity(disk) ?? 0) }),
    ...classes,
  };
}

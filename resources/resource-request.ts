import { withDefaults } from "./defaults.ts";
import { Instance, type InstanceSpec } from "./instance.ts";
import { bytesOf, toGibibytes, toMebibytes } from "./quantity.ts";

/** Amounts by Placement resource class: `VCPU`, `MEMORY_MB` (MiB), `DISK_GB` (GiB), `CUSTOM_…`. */
export type ResourceRequest = Readonly<Record<string, number>>;

/** What an instance takes from its host, in Placement's classes and units, rounded up. */
export function resourceRequest(spec: InstanceSpec): ResourceRequest {
  const { vcpu = 1, memory = 0, disk = 0, ...custom } = withDefaults(Instance, spec).resources ?? {};
  return { VCPU: vcpu, MEMORY_MB: toMebibytes(bytesOf(memory)), DISK_GB: toGibibytes(bytesOf(disk)), ...custom };
}

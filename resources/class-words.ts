/** What people call a resource class, and its unit; a custom class is called by its name. */
const WORDS: Readonly<Record<string, { readonly name: string; readonly unit: string }>> = {
  VCPU: { name: "vcpu", unit: "" },
  MEMORY_MB: { name: "memory", unit: " MiB" },
  DISK_GB: { name: "disk", unit: " GiB" },
};

export const classWords = (resourceClass: string): { readonly name: string; readonly unit: string } =>
  WORDS[resourceClass] ?? { name: resourceClass, unit: "" };

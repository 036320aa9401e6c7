import type { FlavorSpec } from "./flavor.ts";
import type { InstanceResources, InstanceSpec } from "./instance.ts";
import type { AcceptedSpec } from "./status-record.ts";

/** The spec of an instance with what its Flavor gave it: amounts it does not say itself, and traits. */
export const specInForce = ({ spec, flavor }: Pick<AcceptedSpec, "spec" | "flavor">): InstanceSpec =>
  withFlavor(spec as InstanceSpec, flavor?.spec);

export function withFlavor(spec: InstanceSpec, flavor: FlavorSpec | undefined): InstanceSpec {
  if (!flavor) return spec;
  const resources = { ...flavor.resources, ...spec.resources } as InstanceResources;
  const required = union(flavor.traits?.required, spec.traits?.required);
  const forbidden = union(flavor.traits?.forbidden, spec.traits?.forbidden);
  const traits = { ...(required && { required }), ...(forbidden && { forbidden }) };
  return { ...spec, resources, ...((required || forbidden) && { traits }) };
}

function union(a: readonly string[] | undefined, b: readonly string[] | undefined): string[] | undefined {
  return a || b ? [...new Set([...(a ?? []), ...(b ?? [])])] : undefined;
}

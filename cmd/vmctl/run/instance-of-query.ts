import { Instance } from "../../../resources/instance.ts";
import { API_VERSION } from "../../../resources/meta.ts";
import type { PlacementQuery } from "./placement-query.ts";

export interface InstanceRequest {
  readonly query: PlacementQuery;
  readonly name: string;
  /** Absent: the command line's. */
  readonly namespace?: string | undefined;
  /** Absent: the default Image. */
  readonly imageUrl?: string | undefined;
}

/** The manifest that says the same. It may still be invalid (a name, an amount): apply's own checks find that. */
export function instanceOfQuery({
  query,
  name,
  namespace,
  imageUrl,
}: InstanceRequest): Readonly<Record<string, unknown>> {
  const { VCPU, MEMORY_MB, DISK_GB, ...custom } = Object.fromEntries(query.resources);
  const resources = {
    ...(VCPU !== undefined && { vcpu: VCPU }),
    ...(MEMORY_MB !== undefined && { memory: `${MEMORY_MB}Mi` }),
    ...(DISK_GB !== undefined && { disk: `${DISK_GB}Gi` }),
    ...custom,
  };
  const { required, forbidden } = query;
  const traits = { ...(required.length > 0 && { required }), ...(forbidden.length > 0 && { forbidden }) };
  return {
    apiVersion: API_VERSION,
    kind: Instance.kind,
    metadata: { name, ...(namespace !== undefined && { namespace }) },
    spec: {
      ...(imageUrl !== undefined && { image: { source: { url: imageUrl } } }),
      resources,
      ...(Object.keys(traits).length > 0 && { traits }),
    },
  };
}

export const UID = "6b1f0c9e-8f0e-4c57-9d8b-0d3c5d4a7f11";
export const OTHER_UID = "0c9e6b1f-8f0e-4c57-9d8b-0d3c5d4a7f22";

export interface StoredInstanceParts {
  readonly namespace?: string;
  readonly uid?: string;
  readonly spec?: unknown;
  readonly more?: object;
}

/** The text of a spec key as `apply` would have written it. */
export function storedInstance(name = "web-1", parts: StoredInstanceParts = {}): string {
  const { namespace = "default", uid = UID, spec = { image: { name: "tiny" } }, more = {} } = parts;
  return JSON.stringify({
    apiVersion: "compute.vmctl/v1alpha1",
    kind: "Instance",
    metadata: { name, namespace, uid, generation: 1, creationTimestamp: "2030-01-02T03:04:05Z" },
    spec,
    ...more,
  });
}

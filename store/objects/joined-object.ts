import type { KindInfo } from "../../resources/kinds.ts";
import { API_VERSION, type Metadata } from "../../resources/meta.ts";

/** Spec and status of one object in one, as people see it. */
export interface JoinedObject {
  readonly apiVersion: string;
  readonly kind: string;
  /** `resourceVersion` is the spec key's mod revision; absent while the spec key is missing. */
  readonly metadata: Metadata;
  readonly spec: unknown;
  /** Absent until a controller has looked at the object. */
  readonly status?: unknown;
}

export const joined = (kind: KindInfo, parts: Omit<JoinedObject, "apiVersion" | "kind">): JoinedObject => ({
  apiVersion: API_VERSION,
  kind: kind.kind,
  ...parts,
});

import { API_VERSION } from "../../../resources/meta.ts";
import type { JoinedObject } from "../../../store/objects/joined-object.ts";

/** Several objects as one document. */
export interface ListDocument {
  readonly apiVersion: string;
  readonly kind: "List";
  readonly items: readonly JoinedObject[];
}

export const listDocument = (items: readonly JoinedObject[]): ListDocument => ({
  apiVersion: API_VERSION,
  kind: "List",
  items,
});

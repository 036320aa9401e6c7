import { API_VERSION } from "../../../resources/meta.ts";

/** Several objects as one document. */
export interface ListDocument {
  readonly apiVersion: string;
  readonly kind: "List";
  readonly items: readonly object[];
}

export const listDocument = (items: readonly object[]): ListDocument => ({
  apiVersion: API_VERSION,
  kind: "List",
  items,
});

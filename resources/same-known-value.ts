import type { TSchema } from "typebox";
import { sameValue } from "./same-value.ts";
import { withoutUnknown } from "./unknown-fields.ts";

/**
 * Whether what is wanted is what stands there, leaving out of the latter what the schema does not know: nobody can want
 * that by it.
 */
export const sameKnownValue = (schema: TSchema | undefined, live: unknown, wanted: unknown): boolean =>
  sameValue(schema, live, wanted) || (schema !== undefined && sameValue(schema, withoutUnknown(schema, live), wanted));

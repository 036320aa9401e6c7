import { type TSchema, Type } from "typebox";
import { UUID_LIKE } from "../../validation/uuid.ts";

export const Uuid = Type.String({ pattern: UUID_LIKE });
export const Generation = Type.Integer();
/** How keys of maps by uuid look; upstream is as lax about where the dashes are. */
export const UUID_KEY = "^[0-9a-fA-F-]{36}$";
export const NAME_KEY = "^[A-Z0-9_]+$";
export const MAX_INT = 2_147_483_647;

/** An object that has these properties and no other. */
export const closed = <const T extends Record<string, TSchema>>(properties: T) =>
  Type.Object(properties, { additionalProperties: false });

/** A map whose keys all match a pattern. */
export const mapOf = (pattern: string, value: TSchema, options: { minProperties?: number } = {}): TSchema => ({
  type: "object",
  patternProperties: { [pattern]: value },
  additionalProperties: false,
  ...options,
});

import { type TSchema, Type } from "typebox";
import type { KindInfo } from "../kinds.ts";
import { Metadata } from "../meta.ts";

/** The part of an object that users own field by field; identity and counters are nobody's. */
export interface OwnedDocument {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly spec: unknown;
}

/** What people may change of the metadata. */
export const OWNED_METADATA = ["labels", "annotations", "finalizers", "ownerReferences"] as const;

const schemas = new WeakMap<KindInfo, TSchema>();

/** How the owned part of a kind merges. */
export function ownedSchema(kind: KindInfo): TSchema {
  const known = schemas.get(kind);
  if (known) return known;
  const properties: Readonly<Record<string, TSchema>> = Metadata.properties;
  const owned = OWNED_METADATA.flatMap((field) => (properties[field] ? [[field, properties[field]] as const] : []));
  const schema = Type.Object({ metadata: Type.Object(Object.fromEntries(owned)), spec: kind.spec });
  schemas.set(kind, schema);
  return schema;
}

/** Empty labels and no labels are the same. */
export function ownedPart({ metadata, spec }: { readonly metadata: object; readonly spec: unknown }): OwnedDocument {
  const fields = metadata as Readonly<Record<string, unknown>>;
  const owned = OWNED_METADATA.map((field) => [field, fields[field]] as const).filter(([, value]) => !isEmpty(value));
  return { metadata: Object.fromEntries(owned), spec: spec ?? {} };
}

/** The object with another owned part. */
export function withOwnedPart<T extends { readonly metadata: object; readonly spec: unknown }>(
  object: T,
  { metadata, spec }: OwnedDocument,
): T {
  const rest = Object.entries(object.metadata).filter(
    ([field]) => !(OWNED_METADATA as readonly string[]).includes(field),
  );
  const owned = Object.entries(metadata).filter(([, value]) => !isEmpty(value));
  return { ...object, metadata: Object.fromEntries([...rest, ...owned]), spec };
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0);

import { type TSchema, Type } from "typebox";
import { closed, Uuid } from "./closed-object.ts";

export interface ProviderBody {
  readonly name: string;
  readonly uuid?: string;
  readonly parent_provider_uuid?: string | null;
}

const PARENTS_SINCE = 14;

const NAME = { name: Type.String({ maxLength: 200 }) };
const UUID = { uuid: Type.Optional(Uuid) };
const PARENT = { parent_provider_uuid: Type.Optional(Type.Union([Uuid, Type.Null()])) };

const NEW_FLAT = closed({ ...NAME, ...UUID });
const NEW_NESTED = closed({ ...NAME, ...UUID, ...PARENT });
const FLAT = closed(NAME);
const NESTED = closed({ ...NAME, ...PARENT });

export const newProviderSchema = (version: number): TSchema => (version >= PARENTS_SINCE ? NEW_NESTED : NEW_FLAT);
export const providerSchema = (version: number): TSchema => (version >= PARENTS_SINCE ? NESTED : FLAT);

const LIST: readonly { readonly since: number; readonly name: string; readonly schema: TSchema }[] = [
  { since: 0, name: "name", schema: Type.String() },
  { since: 0, name: "uuid", schema: Uuid },
  { since: 3, name: "member_of", schema: Type.String() },
  { since: 4, name: "resources", schema: Type.String() },
  { since: PARENTS_SINCE, name: "in_tree", schema: Uuid },
  { since: 18, name: "required", schema: Type.String() },
];

/** The parameters of a listing at a microversion. */
export function providerListSchema(version: number): TSchema {
  const known = LIST.filter(({ since }) => since <= version);
  return closed(Object.fromEntries(known.map(({ name, schema }) => [name, Type.Optional(schema)])));
}

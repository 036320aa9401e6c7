import { type TSchema, Type } from "typebox";
import { NAMED_SUFFIX } from "../../query/query-schema.ts";
import { closed, Generation, mapOf, NAME_KEY, UUID_KEY, Uuid } from "./closed-object.ts";

// The bodies of PUT /allocations/{consumer}, POST /allocations and POST /reshaper at each microversion.

type Resources = Readonly<Record<string, number>>;

/** One consumer as clients write it. */
export interface ConsumerBody {
  /** Below 1.12 a list. */
  readonly allocations:
    | Readonly<Record<string, { readonly resources: Resources }>>
    | readonly { readonly resource_provider: { readonly uuid: string }; readonly resources: Resources }[];
  readonly project_id?: string;
  readonly user_id?: string;
  readonly consumer_generation?: number | null;
  readonly consumer_type?: string;
}

const OWNED_SINCE = 8;
const MAPS_SINCE = 12;
export const CONSUMER_GENERATION_SINCE = 28;
const MAPPINGS_SINCE = 34;
export const CONSUMER_TYPE_SINCE = 38;

const Name = Type.String({ minLength: 1, maxLength: 255 });
const Amounts = mapOf(NAME_KEY, Type.Integer({ minimum: 1 }), { minProperties: 1 });
const OWNER = { project_id: Name, user_id: Name };

const allocationList: TSchema = Type.Array(closed({ resource_provider: closed({ uuid: Uuid }), resources: Amounts }), {
  minItems: 1,
});
const allocationMap = (minProperties: number): TSchema =>
  mapOf(UUID_KEY, closed({ generation: Type.Optional(Generation), resources: Amounts }), { minProperties });

/** Whatever does not look like a suffix is let pass, as upstream does. */
const mappings: TSchema = {
  type: "object",
  minProperties: 1,
  patternProperties: { [NAMED_SUFFIX]: Type.Array(Uuid, { minItems: 1 }) },
};
const consumerGeneration: TSchema = { type: ["integer", "null"] };
const consumerType = Type.String({ pattern: NAME_KEY, minLength: 1, maxLength: 255 });

/** One consumer among several, which may be told to hold nothing. */
const consumerOfMany = (version: number): TSchema =>
  closed({
    allocations: allocationMap(0),
    ...OWNER,
    ...(version >= CONSUMER_GENERATION_SINCE ? { consumer_generation: consumerGeneration } : {}),
    ...(version >= MAPPINGS_SINCE ? { mappings: Type.Optional(mappings) } : {}),
    ...(version >= CONSUMER_TYPE_SINCE ? { consumer_type: consumerType } : {}),
  });

const remembered = (make: (version: number) => TSchema): ((version: number) => TSchema) => {
  const schemas = new Map<number, TSchema>();
  return (version) => {
    const schema = schemas.get(version) ?? make(version);
    schemas.set(version, schema);
    return schema;
  };
};

/** `PUT /allocations/{consumer}` */
export const consumerSchema = remembered((version) => {
  if (version >= CONSUMER_GENERATION_SINCE) return consumerOfMany(version);
  if (version >= MAPS_SINCE) return closed({ allocations: allocationMap(1), ...OWNER });
  return closed({ allocations: allocationList, ...(version >= OWNED_SINCE ? OWNER : {}) });
});

const consumersMap = (version: number, minProperties: number): TSchema =>
  mapOf(UUID_KEY, consumerOfMany(version), { minProperties });

/** `POST /allocations` */
export const consumersSchema = remembered((version) => consumersMap(version, 1));
/** The consumers of a reshape: possibly none. */
export const reshapedConsumersSchema = remembered((version) => consumersMap(version, 0));

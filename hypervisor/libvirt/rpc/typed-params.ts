import { ProtocolError } from "./protocol-error.ts";
import { array, type Codec, double, flag, int32, int64, string, struct, uint32, uint64 } from "./xdr-codec.ts";

/** virTypedParameter's value, tagged with libvirt's own name of the type. 64-bit numbers stay exact. */
export type TypedValue =
  | { readonly type: "int" | "uint" | "double"; readonly value: number }
  | { readonly type: "llong" | "ullong"; readonly value: bigint }
  | { readonly type: "boolean"; readonly value: boolean }
  | { readonly type: "string"; readonly value: string };

interface Alternative {
  readonly tag: number;
  readonly codec: Codec<TypedValue["value"]>;
}

const alternative = (tag: number, codec: Codec<never> | Codec<unknown>): Alternative => ({
  tag,
  codec: codec as Codec<TypedValue["value"]>,
});

const alternatives: Readonly<Record<TypedValue["type"], Alternative>> = {
  int: alternative(1, int32),
  uint: alternative(2, uint32),
  llong: alternative(3, int64),
  ullong: alternative(4, uint64),
  double: alternative(5, double),
  boolean: alternative(6, flag),
  string: alternative(7, string),
};

const typeOfTag = new Map(Object.entries(alternatives).map(([type, { tag }]) => [tag, type as TypedValue["type"]]));

const typedValue: Codec<TypedValue> = {
  read: (r) => {
    const tag = r.int32();
    const type = typeOfTag.get(tag);
    if (!type) throw new ProtocolError(`typed parameter of unknown type ${tag}`);
    return { type, value: alternatives[type].codec.read(r) } as TypedValue;
  },
  write: (w, { type, value }) => {
    w.int32(alternatives[type].tag);
    alternatives[type].codec.write(w, value);
  },
};

const list = (max: number) => array(struct({ field: string, value: typedValue }), max);

/** A list of typed parameters as a map; of a field that comes twice the last one counts. */
export const typedParams = (max: number): Codec<ReadonlyMap<string, TypedValue>> => {
  const params = list(max);
  return {
    read: (r) => new Map(params.read(r).map(({ field, value }) => [field, value])),
    write: (w, map) =>
      params.write(
        w,
        Array.from(map, ([field, value]) => ({ field, value })),
      ),
  };
};

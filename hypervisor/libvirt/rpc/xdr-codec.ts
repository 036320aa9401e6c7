import { XdrReader } from "./xdr-reader.ts";
import { XdrWriter } from "./xdr-writer.ts";

/** How one type travels. Procedure tables are built from these; the order of a struct's fields is the wire's order. */
export interface Codec<T> {
  read(reader: XdrReader): T;
  write(writer: XdrWriter, value: T): void;
}

export type Decoded<C> = C extends Codec<infer T> ? T : never;

export const int32: Codec<number> = { read: (r) => r.int32(), write: (w, v) => w.int32(v) };
export const uint32: Codec<number> = { read: (r) => r.uint32(), write: (w, v) => w.uint32(v) };
export const int64: Codec<bigint> = { read: (r) => r.int64(), write: (w, v) => w.int64(v) };
export const uint64: Codec<bigint> = { read: (r) => r.uint64(), write: (w, v) => w.uint64(v) };
export const double: Codec<number> = { read: (r) => r.double(), write: (w, v) => w.double(v) };

/** An unsigned hyper used as a size. Rounded above 2^53 (9 PB), where no size of ours lives. */
export const size: Codec<number> = { read: (r) => Number(r.uint64()), write: (w, v) => w.uint64(BigInt(v)) };

/** C's int as truth value: libvirt writes 0 and 1, and reads anything else as true. */
export const flag: Codec<boolean> = { read: (r) => r.int32() !== 0, write: (w, v) => w.int32(v ? 1 : 0) };

export const string: Codec<string> = { read: (r) => r.string(), write: (w, v) => w.string(v) };

export const nothing: Codec<Record<never, never>> = { read: () => ({}), write: () => {} };

/** `char name[length]`: XDR gives each character four bytes; the text ends at the first NUL. */
export const chars = (length: number): Codec<string> => ({
  read: (r) => {
    const codes = Array.from({ length }, () => r.int32() & 0xff);
    const end = codes.indexOf(0);
    return Buffer.from(end < 0 ? codes : codes.slice(0, end)).toString("utf8");
  },
  write: (w, v) => {
    const bytes = Buffer.from(v, "utf8");
    for (let i = 0; i < length; i++) w.int32(bytes[i] ?? 0);
  },
});

/** 16 bytes on the wire, the canonical text form here. */
export const uuid: Codec<string> = {
  read: (r) =>
    r
      .opaque(16)
      .toString("hex")
      .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5"),
  write: (w, v) => {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(v)) throw new TypeError(`not a uuid: ${v}`);
    w.opaque(Buffer.from(v.replaceAll("-", ""), "hex"));
  },
};

export const optional = <T>(codec: Codec<T>): Codec<T | null> => ({
  read: (r) => (r.present() ? codec.read(r) : null),
  write: (w, v) => {
    w.uint32(v === null ? 0 : 1);
    if (v !== null) codec.write(w, v);
  },
});

export const array = <T>(codec: Codec<T>, max: number): Codec<T[]> => ({
  read: (r) => {
    const count = r.count(max);
    const values: T[] = [];
    for (let i = 0; i < count; i++) values.push(codec.read(r));
    return values;
  },
  write: (w, values) => {
    w.uint32(values.length);
    for (const value of values) codec.write(w, value);
  },
});

type Struct<F> = { -readonly [K in keyof F]: Decoded<F[K]> };

export function struct<const F extends { readonly [K in keyof F]: Codec<Decoded<F[K]>> }>(fields: F): Codec<Struct<F>> {
  const entries = Object.entries(fields) as unknown as [keyof F, Codec<unknown>][];
  return {
    read: (r) => {
      const value: Partial<Struct<F>> = {};
      for (const [name, codec] of entries) value[name] = codec.read(r) as Struct<F>[keyof F];
      return value as Struct<F>;
    },
    write: (w, value) => {
      for (const [name, codec] of entries) codec.write(w, value[name]);
    },
  };
}

/** Reads a whole message: bytes left over are a violation, since libvirt's structures never grow. */
export function decode<T>(codec: Codec<T>, body: Buffer): T {
  const reader = new XdrReader(body);
  const value = codec.read(reader);
  reader.end();
  return value;
}

export function encode<T>(codec: Codec<T>, value: T): Buffer {
  const writer = new XdrWriter();
  codec.write(writer, value);
  return writer.finish();
}

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { connectProcedures } from "../../../../hypervisor/libvirt/rpc/connect-procedures.ts";
import { domainProcedures } from "../../../../hypervisor/libvirt/rpc/domain-procedures.ts";
import { eventKinds } from "../../../../hypervisor/libvirt/rpc/event-kinds.ts";
import { eventProcedures } from "../../../../hypervisor/libvirt/rpc/event-procedures.ts";
import { networkProcedures } from "../../../../hypervisor/libvirt/rpc/network-procedures.ts";
import { poolProcedures } from "../../../../hypervisor/libvirt/rpc/pool-procedures.ts";
import type { Procedure } from "../../../../hypervisor/libvirt/rpc/procedure.ts";
import { ProtocolError } from "../../../../hypervisor/libvirt/rpc/protocol-error.ts";
import { remoteError, translateError } from "../../../../hypervisor/libvirt/rpc/translate-error.ts";
import { type TypedValue, typedParams } from "../../../../hypervisor/libvirt/rpc/typed-params.ts";
import { domainRef } from "../../../../hypervisor/libvirt/rpc/wire-refs.ts";
import {
  array,
  type Codec,
  chars,
  decode,
  encode,
  int32,
  int64,
  optional,
  string,
  struct,
  uint64,
} from "../../../../hypervisor/libvirt/rpc/xdr-codec.ts";
import { testSeed } from "../../../support/seed.ts";

const seed = testSeed();
const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

const procedures = [connectProcedures, domainProcedures, networkProcedures, poolProcedures, eventProcedures].flatMap(
  (table) => Object.values(table) as unknown as Procedure<unknown, unknown>[],
);

describe("xdr", () => {
  it("writes what RFC 4506 says", () => {
    expect(encode(int32, -2)).toEqual(hex("fffffffe"));
    expect(encode(string, "abcde")).toEqual(hex("00000005 6162636465 000000"));
    expect(encode(optional(int32), null)).toEqual(hex("00000000"));
    expect(encode(optional(int32), 7)).toEqual(hex("00000001 00000007"));
    expect(encode(array(int64, 9), [-1n])).toEqual(hex("00000001 ffffffffffffffff"));
    expect(encode(domainRef, { name: "a", uuid: "00112233-4455-6677-8899-aabbccddeeff", id: -1 })).toEqual(
      hex("00000001 61000000 00112233445566778899aabbccddeeff ffffffff"),
    );
  });

  it("reads back every value it wrote", () => {
    const codec = struct({ ref: domainRef, big: uint64, note: optional(string), list: array(string, 100) });
    const value = fc.record({
      ref: fc.record({
        name: fc.string({ unit: "grapheme" }),
        uuid: fc.uuid(),
        id: fc.integer({ min: -1, max: 2 ** 31 - 1 }),
      }),
      big: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      note: fc.option(fc.string()),
      list: fc.array(fc.string(), { maxLength: 90, size: "max" }),
    });
    fc.assert(
      fc.property(value, (v) => {
        expect(decode(codec, encode(codec, v))).toEqual(v);
      }),
      { seed },
    );
  });

  it("keeps the exact value and type of typed parameters", () => {
    const params = new Map<string, TypedValue>([
      ["i", { type: "int", value: -1 }],
      ["u", { type: "uint", value: 2 ** 32 - 1 }],
      ["l", { type: "llong", value: -(2n ** 63n) }],
      ["ul", { type: "ullong", value: 2n ** 64n - 1n }],
      ["d", { type: "double", value: 0.1 }],
      ["b", { type: "boolean", value: true }],
      ["s", { type: "string", value: "ü" }],
      ["__proto__", { type: "int", value: 1 }],
    ]);
    expect(decode(typedParams(10), encode(typedParams(10), params))).toEqual(params);
  });

  it("reads a character array up to its NUL", () => {
    expect(decode(chars(8), encode(chars(8), "x86_64"))).toBe("x86_64");
    expect(decode(chars(2), encode(chars(2), "x86_64"))).toBe("x8");
  });

  it.each<[string, Codec<unknown>, string]>([
    ["a string longer than the message", string, "7fffffff 61626364"],
    ["a string whose padding is cut off", string, "00000001 61"],
    ["an array longer than the message", array(int32, 2 ** 31), "7fffffff 00000001"],
    ["an array over its limit", array(int32, 1), "00000002 00000001 00000002"],
    ["an optional mark that is neither 0 nor 1", optional(int32), "00000002 00000001"],
    ["bytes after the end", int32, "00000001 00"],
    ["an unknown typed parameter", typedParams(4), "00000001 00000001 61000000 00000008 00000000"],
    ["an empty message", domainRef, ""],
  ])("refuses %s", (_, codec, bytes) => {
    expect(() => decode(codec, hex(bytes))).toThrow(ProtocolError);
  });

  it("answers any bytes with a value or a ProtocolError, whatever the procedure", () => {
    const codecs = [...procedures.map(({ result }) => result), remoteError, ...messageCodecs()];
    const bytes = fc.uint8Array({ maxLength: 300 });
    const hostile = fc.property(fc.constantFrom(...codecs), bytes, (codec, body) => {
      try {
        decode(codec, Buffer.from(body));
      } catch (error) {
        expect(error).toBeInstanceOf(ProtocolError);
      }
    });
    fc.assert(hostile, { seed, numRuns: 5_000 });
  });

  it("turns an unreadable error body into a ProtocolError, not into a guess", () => {
    expect(translateError("DOMAIN_REBOOT", hex("0000002a"))).toBeInstanceOf(ProtocolError);
  });
});

const messageCodecs = (): Codec<unknown>[] => Object.values(eventKinds).map(({ message }) => message.body);

describe("the procedure tables", () => {
  it("hold no number and no name twice", () => {
    const numbers = procedures.map(({ number }) => number);
    const names = procedures.map(({ name }) => name);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(new Set(names).size).toBe(names.length);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeSealingKey, decodeUnsealingKey } from "../../../resources/sealing/decode-keys.ts";
import { isSealOf, type SealedPlace, seal, unseal } from "../../../resources/sealing/seal.ts";
import { claimsToBeSealed, isSealed } from "../../../resources/sealing/sealed-text.ts";
import { newUnsealingKey, sealingKeyId } from "../../../resources/sealing/sealing-key.ts";
import { testSeed } from "../../support/seed.ts";

const NOW = "2030-01-01T00:00:00Z";
const key = newUnsealingKey(NOW);
const keys = new Map([[sealingKeyId(key.publicKey), key]]);
const place: SealedPlace = { namespace: "default", name: "web", key: "password" };
const sealed = await seal(key.publicKey, place, "hunter2");

/** Of all characters there are. fast-check's own (`unit: "binary"`) takes a second to list them. */
const character = fc.oneof(fc.nat({ max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }));
const anyText = fc.array(character, { maxLength: 300 }).map((codes) => String.fromCodePoint(...codes));

describe("a sealed text", () => {
  it("opens to what was sealed, whatever that is", async () => {
    const seed = testSeed();
    await fc.assert(
      fc.asyncProperty(anyText, async (clear) => {
        const text = await seal(key.publicKey, place, clear);
        expect(isSealed(text)).toBe(true);
        expect(unseal(keys, place, text)).toEqual({ ok: true, clear: Buffer.from(clear).toString() });
      }),
      // Each run makes a hash that is slow on purpose (scrypt).
      { seed, numRuns: 6 },
    );
  });

  it("is another one each time, and says whether it is of a text", async () => {
    expect(await seal(key.publicKey, place, "hunter2")).not.toBe(sealed);
    expect(await isSealOf(sealed, "hunter2")).toBe(true);
    expect(await isSealOf(sealed, "hunter3")).toBe(false);
    expect(await isSealOf("hunter2", "hunter2")).toBe(false);
  });

  it("holds the clear text in no form that can be read", () => {
    expect(Buffer.from(sealed.split(":").at(-1) ?? "", "base64url").toString("latin1")).not.toContain("hunter2");
    expect(sealed).not.toContain("hunter2");
  });

  it.each([
    ["another namespace", { ...place, namespace: "other" }],
    ["another secret", { ...place, name: "db" }],
    ["another key", { ...place, key: "username" }],
  ])("does not open in %s", (_where, elsewhere) => {
    expect(unseal(keys, elsewhere, sealed)).toEqual({
      ok: false,
      problem: "was sealed for another secret, or changed since: apply the clear text again",
    });
  });

  it.each([["box"], ["key"]])("does not open when its %s was changed", (part) => {
    const words = sealed.split(":");
    const box = Buffer.from(words[5] ?? "", "base64url");
    if (part === "box") box[40] = (box[40] ?? 0) ^ 1;
    else box.fill(0, 0, 32);
    const changed = [...words.slice(0, 5), box.toString("base64url")].join(":");
    expect(isSealed(changed)).toBe(true);
    expect(unseal(keys, place, changed).ok).toBe(false);
  });

  it("names a key that the cluster has not", () => {
    expect(unseal(new Map(), place, sealed)).toEqual({
      ok: false,
      problem: `was sealed with key ${sealingKeyId(key.publicKey)}, which this cluster has not`,
    });
  });

  it.each(["hunter2", "", "sealed:v1:", `${sealed}!`, sealed.slice(0, 60)])("is not %j", (text) => {
    expect(isSealed(text)).toBe(false);
    expect(unseal(keys, place, text)).toMatchObject({ ok: false, problem: expect.stringContaining("is not sealed") });
  });

  it("is never taken for clear text when it is broken", () => {
    expect(claimsToBeSealed(sealed.slice(0, 60))).toBe(true);
    expect(claimsToBeSealed("hunter2")).toBe(false);
  });
});

describe("a key", () => {
  it("is believed under its own name only", () => {
    const id = sealingKeyId(key.publicKey);
    const { privateKey: _kept, ...published } = key;
    expect(decodeUnsealingKey(`vault/${id}`, JSON.stringify(key))).toEqual({ ok: true, value: key });
    expect(decodeSealingKey(`sealing/${id}`, JSON.stringify(published))).toEqual({ ok: true, value: published });
    expect(decodeSealingKey("sealing/0000000000000000", JSON.stringify(published)).ok).toBe(false);
    expect(decodeSealingKey(`sealing/${id}`, "{}").ok).toBe(false);
  });

  it("that cannot be read is not repeated in what is said of it", () => {
    const broken = { ...key, privateKey: `${key.privateKey.slice(0, -1)}!` };
    const decoded = decodeUnsealingKey(`vault/${sealingKeyId(key.publicKey)}`, JSON.stringify(broken));
    expect(decoded.ok).toBe(false);
    expect(JSON.stringify(decoded)).not.toContain(key.privateKey.slice(0, 8));
  });
});

import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { type Static, Type } from "typebox";
import { Timestamp } from "../meta.ts";
import { sha256Hex } from "../sha256.ts";

const raw = { pattern: "^[A-Za-z0-9_-]{43}$" } as const;
const Raw = Type.String(raw);
/** Not repeated by whoever says that it cannot be read. */
const Private = Type.String({ ...raw, writeOnly: true });

/** The value of `sealing/<id>`: for everybody who writes Secrets. An X25519 public key (RFC 7748), base64url. */
export const SealingKey = Type.Object({ publicKey: Raw, createdAt: Timestamp });
export type SealingKey = Static<typeof SealingKey>;

/** The value of `vault/<id>`: for controllers and administrators alone. */
export const UnsealingKey = Type.Object({ publicKey: Raw, privateKey: Private, createdAt: Timestamp });
export type UnsealingKey = Static<typeof UnsealingKey>;

/** The name of a key follows from the key, so that nobody can put another in its place. */
export const sealingKeyId = (publicKey: string): string => sha256Hex(publicKey).slice(0, 16);

export function newUnsealingKey(createdAt: string): UnsealingKey {
  const { privateKey } = generateKeyPairSync("x25519");
  const { x = "", d = "" } = privateKey.export({ format: "jwk" });
  return { publicKey: x, privateKey: d, createdAt };
}

const curve = { kty: "OKP", crv: "X25519" } as const;

export const publicKeyOf = (x: string): KeyObject => createPublicKey({ key: { ...curve, x }, format: "jwk" });

export const privateKeyOf = ({ publicKey, privateKey }: UnsealingKey): KeyObject =>
  createPrivateKey({ key: { ...curve, x: publicKey, d: privateKey }, format: "jwk" });

import {
  createCipheriv,
  createDecipheriv,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from "node:crypto";
import { privateKeyOf, publicKeyOf, type UnsealingKey } from "./sealing-key.ts";

const PUBLIC_BYTES = 32;
const TAG_BYTES = 16;
/** Each box has a key of its own, used once: a nonce has nothing to tell apart. */
const NONCE = Buffer.alloc(12);

/**
 * Encrypts for the holder of a private key: X25519 with a key pair made for this one text, HKDF-SHA256, AES-256-GCM.
 * `place` says where the text belongs; it opens nowhere else.
 */
export function closeBox(publicKey: string, place: string, clear: string): Buffer {
  const own = generateKeyPairSync("x25519");
  const ownPublic = rawPublic(own.publicKey);
  const shared = diffieHellman({ privateKey: own.privateKey, publicKey: publicKeyOf(publicKey) });
  const cipher = createCipheriv("aes-256-gcm", boxKey(shared, ownPublic, place), NONCE);
  const encrypted = Buffer.concat([cipher.update(clear, "utf8"), cipher.final()]);
  return Buffer.concat([ownPublic, encrypted, cipher.getAuthTag()]);
}

/** The clear text; `undefined` when it was closed for another key or another place, or was changed since. */
export function openBox(key: UnsealingKey, place: string, box: Buffer): string | undefined {
  const ownPublic = box.subarray(0, PUBLIC_BYTES);
  const tag = box.subarray(box.length - TAG_BYTES);
  try {
    const publicKey = publicKeyOf(ownPublic.toString("base64url"));
    const shared = diffieHellman({ privateKey: privateKeyOf(key), publicKey });
    const decipher = createDecipheriv("aes-256-gcm", boxKey(shared, ownPublic, place), NONCE);
    decipher.setAuthTag(tag);
    const clear = [decipher.update(box.subarray(PUBLIC_BYTES, box.length - TAG_BYTES)), decipher.final()];
    return Buffer.concat(clear).toString("utf8");
  } catch {
    return undefined;
  }
}

const rawPublic = (key: KeyObject): Buffer => Buffer.from(key.export({ format: "jwk" }).x ?? "", "base64url");

const boxKey = (shared: Buffer, ownPublic: Buffer, place: string): Buffer =>
  Buffer.from(hkdfSync("sha256", shared, ownPublic, `vmctl sealed v1 ${place}`, 32));

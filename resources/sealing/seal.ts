import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { closeBox, openBox } from "./box.ts";
import { formatSealed, parseSealed } from "./sealed-text.ts";
import { sealingKeyId, type UnsealingKey } from "./sealing-key.ts";

const slowHash = promisify<string, Buffer, number, Buffer>(scrypt);
const SALT_BYTES = 16;
const CHECK_BYTES = 32;

/** Where a text belongs. Sealed, it can be opened for this place only: a copy under another name is worth nothing. */
export interface SealedPlace {
  readonly namespace: string;
  readonly name: string;
  /** Of `spec.data`. */
  readonly key: string;
}

const wordsOf = ({ namespace, name, key }: SealedPlace): string => `${namespace}/${name}/${key}`;

/** Sealed for whoever has the private half of this key; different each time. */
export async function seal(publicKey: string, place: SealedPlace, clear: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const check = await slowHash(clear, salt, CHECK_BYTES);
  const keyId = sealingKeyId(publicKey);
  return formatSealed({ keyId, salt, check, box: closeBox(publicKey, wordsOf(place), clear) });
}

/** Whether a sealed text is this clear text. Slow on purpose, for whoever would try them all (scrypt, RFC 7914). */
export async function isSealOf(sealed: string, clear: string): Promise<boolean> {
  const parsed = parseSealed(sealed);
  return parsed !== undefined && timingSafeEqual(await slowHash(clear, parsed.salt, CHECK_BYTES), parsed.check);
}

export type Unsealed =
  | { readonly ok: true; readonly clear: string }
  /** In words that follow a subject: "is not sealed". */
  | { readonly ok: false; readonly problem: string };

/** Opens what was sealed for this place. `keys` by their ids. */
export function unseal(keys: ReadonlyMap<string, UnsealingKey>, place: SealedPlace, text: string): Unsealed {
  const parsed = parseSealed(text);
  if (!parsed) return { ok: false, problem: "is not sealed: apply it again with vmctl" };
  const key = keys.get(parsed.keyId);
  if (!key) return { ok: false, problem: `was sealed with key ${parsed.keyId}, which this cluster has not` };
  const clear = openBox(key, wordsOf(place), parsed.box);
  if (clear !== undefined) return { ok: true, clear };
  return { ok: false, problem: "was sealed for another secret, or changed since: apply the clear text again" };
}

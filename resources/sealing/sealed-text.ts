/**
 * What stands in a Secret instead of clear text: `sealed:v1:<key>:<salt>:<check>:<box>`, all base64url but the name of
 * the key. `check` tells whoever knows a clear text whether this is it (docs/decisions/0104); `box` is the public half of
 * the key pair made for this one text, and the encrypted text with its tag.
 */
export interface SealedText {
  readonly keyId: string;
  readonly salt: Buffer;
  readonly check: Buffer;
  readonly box: Buffer;
}

const FORM = /^sealed:v1:([0-9a-f]{16}):([\w-]{22}):([\w-]{43}):([\w-]{64,})$/;

export const isSealed = (text: string): boolean => FORM.test(text);

/** Whether it is meant to be sealed, in order or not: never taken for clear text. */
export const claimsToBeSealed = (text: string): boolean => text.startsWith("sealed:");

/** What is printed instead of a text: never taken for the text itself. */
export const notShown = (why: string): string => `(not shown: ${why})`;
export const isNotShown = (text: string): boolean => text.startsWith("(not shown: ");

export function parseSealed(text: string): SealedText | undefined {
  const [, keyId, salt = "", check = "", box = ""] = FORM.exec(text) ?? [];
  if (keyId === undefined) return undefined;
  const bytes = (part: string) => Buffer.from(part, "base64url");
  return { keyId, salt: bytes(salt), check: bytes(check), box: bytes(box) };
}

export const formatSealed = ({ keyId, salt, check, box }: SealedText): string =>
  ["sealed", "v1", keyId, ...[salt, check, box].map((part) => part.toString("base64url"))].join(":");

import { LABEL_KEY_PATTERN, LABEL_VALUE_PATTERN, NAME_PATTERN, UID_PATTERN } from "./meta.ts";
import { QUANTITY_PATTERN, QUANTITY_WORDS } from "./quantity.ts";

const PATTERN_NAME: ReadonlyMap<string, string> = new Map([
  [NAME_PATTERN, 'a name: lower case letters, digits and "-", at most 63 characters, first and last no "-"'],
  [UID_PATTERN, "a uid such as 6b1f0c9e-8f0e-4c57-9d8b-0d3c5d4a7f11"],
  [LABEL_KEY_PATTERN, "a label key such as app or example.org/app"],
  [LABEL_VALUE_PATTERN, 'a label value: letters, digits, "-", "_", ".", at most 63 characters'],
  [QUANTITY_PATTERN, QUANTITY_WORDS],
  ["^([0-9a-f]{2}:){5}[0-9a-f]{2}$", "a MAC address in lower case such as 52:54:00:12:34:56"],
  ["^https?://", "a URL that starts with http:// or https://"],
  ["^/", "an absolute path"],
  ["^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$", "sha256:<64 hex digits>, sha512:<128 hex digits>, or {url: …}"],
  ["^CUSTOM_[A-Z0-9_]+$", "a custom name such as CUSTOM_GPU"],
  ["^[A-Z0-9_]+$", "a trait name: A-Z, 0-9 and _"],
  ["^[!-~]+ [!-~]+( [ -~]*)?$", 'an OpenSSH public key such as "ssh-ed25519 AAAA… name"'],
  ["^[a-zA-Z0-9_-]{1,64}$", 'a group name: letters, digits, "-" and "_", at most 64'],
  ["^[A-Z][A-Z0-9_]*$", "vcpu, memory, disk or a resource class such as VGPU or CUSTOM_GPU"],
  ["^([1-9][0-9]?|100)%$", "a percentage from 1% to 100%"],
  ["^[A-Za-z0-9_.-]{1,15}$", "a network interface name of at most 15 characters"],
]);

/** What a pattern of the schemas asks for, in words; the pattern itself where nobody gave it words. */
export const patternName = (pattern: string): string => PATTERN_NAME.get(pattern) ?? `text that matches ${pattern}`;

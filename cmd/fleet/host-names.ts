import { NAME_PATTERN } from "../../resources/meta.ts";
import { UsageError } from "../config/usage-error.ts";

export const DEFAULT_PREFIX = "sim-";
const LEAST_DIGITS = 4;

/** `rack1-0001`, `rack1-0002`, …: all of one length, so that they sort by number. UsageError when they are no names. */
export function hostNames(prefix: string, count: number): readonly string[] {
  const digits = Math.max(LEAST_DIGITS, String(count).length);
  const name = (index: number) => `${prefix}${String(index).padStart(digits, "0")}`;
  if (!new RegExp(NAME_PATTERN).test(name(count)))
    throw new UsageError(`--name-prefix ${prefix}: "${name(count)}" is no name: at most 63 of a-z, 0-9 and -`);
  return Array.from({ length: count }, (_, index) => name(index + 1));
}

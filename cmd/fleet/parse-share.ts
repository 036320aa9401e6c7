import { UsageError } from "../config/usage-error.ts";

/** `1%`, `0.5%` or `0.01` as a number from 0 to 1. */
export function parseShare(text: string, where: string): number {
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(text.trim());
  const share = Number(match?.[1]) / (match?.[2] === "%" ? 100 : 1);
  if (!(share >= 0 && share <= 1))
    throw new UsageError(`${where}: a share such as 1% or 0.01 expected, at most 100%, got "${text}"`);
  return share;
}

import { PREFIX } from "../../resources/keys.ts";

const PROVIDERS = `${PREFIX.placement}providers/`;
const USAGE = `${PREFIX.placement}usage/`;
const ALLOCATIONS = `${PREFIX.placement}allocations/`;

export const providerKey = (uuid: string): string => PROVIDERS + uuid;
export const usageKey = (provider: string): string => USAGE + provider;
export const allocationKey = (consumer: string): string => ALLOCATIONS + consumer;

/** The uuid that a key of a provider, usage or allocation ends in. */
export const uuidOf = (key: string): string => key.slice(key.lastIndexOf("/") + 1);

/** Which record a key holds; `other` for turnstiles and what later versions may keep there. */
export function recordKindOf(key: string): "provider" | "usage" | "allocation" | "other" {
  if (key.startsWith(PROVIDERS)) return "provider";
  if (key.startsWith(USAGE)) return "usage";
  return key.startsWith(ALLOCATIONS) ? "allocation" : "other";
}

import { type Grant, ROLES } from "../../../resources/roles.ts";
import type { Need } from "./needs.ts";

/** From the least to the most; nodes have theirs for themselves. */
const ROLE_ORDER = ["viewer", "user", "controller", "admin"] as const satisfies readonly (keyof typeof ROLES)[];

/** The least of our roles that has the right. */
export function usualRole(need: Need): string {
  const [key, access] = need.access === "watch" ? [commonStart(need.prefixes), "read"] : [need.key, need.access];
  return ROLE_ORDER.find((role) => ROLES[role].some((grant) => gives(grant, key, access))) ?? "admin";
}

function gives(grant: Grant, key: string, access: string): boolean {
  const reaches = "key" in grant ? grant.key === key : key.startsWith(grant.prefix);
  return reaches && (grant.access === access || grant.access === "readwrite");
}

/** A right to the range between two keys is given by a prefix that both have. */
function commonStart([first, last]: readonly [string, string]): string {
  const end = [...first].findIndex((letter, index) => letter !== last[index]);
  return end < 0 ? first : first.slice(0, end);
}

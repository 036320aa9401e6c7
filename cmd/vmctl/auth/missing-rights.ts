import type { Grant } from "../../../resources/roles.ts";
import { placeOf, type Right } from "./try-rights.ts";

/** The rights that grants demand and that were not found: `read spec/`. A grant on everything demands each place. */
export function missingRights(grants: readonly Grant[], rights: readonly Right[]): string[] {
  return grants.flatMap((grant) => {
    const place = placeOf(grant);
    const tried = rights.filter((right) => right.place.startsWith(place));
    const lacks = (verb: "read" | "write") => {
      const needed = grant.access === verb || grant.access === "readwrite";
      return needed && (tried.length === 0 || tried.some((right) => !right[verb]));
    };
    return (["read", "write"] as const).filter(lacks).map((verb) => `${verb} ${place || "everything"}`);
  });
}

import { didYouMean } from "../../../resources/did-you-mean.ts";
import type { Event } from "../../../resources/event.ts";
import { UsageError } from "../../config/usage-error.ts";
import type { Reference } from "../select/references.ts";

export interface EventFilter {
  /** Only of these objects; absent: of all. */
  readonly references?: readonly Reference[] | undefined;
  readonly types?: readonly Event["type"][] | undefined;
  readonly allNamespaces: boolean;
  readonly namespace: string;
}

const TYPES: readonly Event["type"][] = ["Normal", "Warning"];

/** `Normal`, `Warning` or both, in any case; UsageError for another. */
export function parseEventTypes(text: string | undefined): readonly Event["type"][] | undefined {
  return text?.split(",").map((word) => {
    const type = TYPES.find((known) => known.toLowerCase() === word.trim().toLowerCase());
    if (type) return type;
    throw new UsageError(`--types ${word}: Normal or Warning expected${didYouMean(word, TYPES)}`);
  });
}

/** Events of cluster-wide objects belong to no namespace: they come with -A, or when asked for by name. */
export function isWanted(event: Event, { references, types, allNamespaces, namespace }: EventFilter): boolean {
  if (types && !types.includes(event.type)) return false;
  if (event.namespace !== undefined && !allNamespaces && event.namespace !== namespace) return false;
  if (references) return references.some(({ kind, name }) => kind.kind === event.kind && name === event.name);
  return event.namespace !== undefined || allNamespaces;
}

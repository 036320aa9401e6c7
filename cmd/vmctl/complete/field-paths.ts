import { findKind, KINDS } from "../../../resources/kinds.ts";
import { findPlace, rootSchemas, shapesOf } from "../explain/find-place.ts";
import type { Candidate } from "./candidate.ts";

/** `instance.spec.resources.`: the next step of a field's path, with a dot where more steps follow. */
export function fieldPaths(current: string): readonly Candidate[] {
  const steps = current.split(".");
  const [word = "", ...fields] = steps.slice(0, -1);
  if (steps.length === 1) return KINDS.map(({ singular, description }) => ({ value: `${singular}.`, description }));
  const kind = findKind(word);
  if (!kind) return [];
  const before = steps.slice(0, -1).join(".");
  return namesBelow(kind, fields).map(({ name, isOpen }) => ({ value: `${before}.${name}${isOpen ? "." : ""}` }));
}

function namesBelow(kind: Parameters<typeof findPlace>[0], fields: readonly string[]) {
  if (fields.length === 0) return Object.keys(rootSchemas(kind)).map((name) => ({ name, isOpen: true }));
  const place = findPlace(kind, [...fields]);
  if (typeof place === "string") return [];
  return shapesOf(place.schema).flatMap(({ properties }) =>
    Object.entries(properties).map(([name, schema]) => ({ name, isOpen: shapesOf(schema).length > 0 })),
  );
}

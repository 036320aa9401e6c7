import { isStandardClass, isStandardTrait } from "../check-request.ts";
import { PlacementError } from "../placement-error.ts";
import type { Picture } from "./picture.ts";

/**
 * A custom name is known while some provider has it; asking for an unknown one is a mistake (P2), asking for a known
 * one that nobody can give is not. Names that are well-formed only.
 */
export function checkKnownNames(picture: Picture, classes: readonly string[], traits: readonly string[]): void {
  const unknownClasses = new Set(classes.filter((name) => !isStandardClass(name)));
  const unknownTraits = new Set(traits.filter((name) => !isStandardTrait(name)));
  if (unknownClasses.size + unknownTraits.size === 0) return;
  for (const provider of picture.providers()) {
    for (const name of unknownClasses) if (Object.hasOwn(provider.inventories, name)) unknownClasses.delete(name);
    for (const name of unknownTraits) if (provider.traits.includes(name)) unknownTraits.delete(name);
  }
  const [unknownClass] = unknownClasses;
  if (unknownClass !== undefined) throw new PlacementError("InvalidRequest", `unknown resource class ${unknownClass}`);
  const [unknownTrait] = unknownTraits;
  if (unknownTrait !== undefined) throw new PlacementError("InvalidRequest", `unknown trait ${unknownTrait}`);
}

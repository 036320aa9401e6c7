import type { JoinedObject } from "../../../../store/objects/joined-object.ts";
import { formatCell } from "../../output/cell.ts";
import { fieldAt } from "../../output/field-at.ts";
import type { Section } from "../section.ts";

/** Whom an object goes with: `metadata.ownerReferences`. */
export function ownersOf(object: JoinedObject): readonly unknown[] {
  const owners = fieldAt(object, "metadata.ownerReferences");
  return Array.isArray(owners) ? owners : [];
}

/** The same for people; nothing for an object of its own. */
export function ownerSection(object: JoinedObject): readonly Section[] {
  const lines = ownersOf(object).map((owner) => {
    const [kind, name, uid] = ["kind", "name", "uid"].map((field) => formatCell(fieldAt(owner, field)));
    return `${kind?.toLowerCase()}/${name} (${uid})`;
  });
  return lines.length === 0 ? [] : [{ title: "Owned by", lines }];
}

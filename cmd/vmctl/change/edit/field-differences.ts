import type { KindInfo } from "../../../../resources/kinds.ts";
import type { StoredObject } from "../../../../resources/meta.ts";
import { leavesOf } from "../../../../resources/ownership/leaves.ts";
import { readManagedFields } from "../../../../resources/ownership/managed-fields.ts";
import { ownedPart, ownedSchema } from "../../../../resources/ownership/owned-document.ts";
import { sameValue } from "../../../../resources/same-value.ts";

const LONGEST = 60;

/** What somebody changed of an object, a line for each field: `spec.hostname was "a", is "b" now (set by ci)`. Pure. */
export function fieldDifferences(kind: KindInfo, before: StoredObject, now: StoredObject): string[] {
  const schema = ownedSchema(kind);
  const [old, fresh] = [leavesOf(schema, ownedPart(before)), leavesOf(schema, ownedPart(now))];
  const paths = [...new Set([...old.keys(), ...fresh.keys()])].filter(
    (path) => !sameValue((fresh.get(path) ?? old.get(path))?.schema, old.get(path)?.value, fresh.get(path)?.value),
  );
  const entries = readManagedFields(now.metadata.managedFields);
  const lines = paths.map((path) => {
    const owners = entries.filter(({ fields }) => fields.includes(path)).map(({ manager }) => manager);
    const by = owners.length === 0 ? "" : ` (set by ${[...new Set(owners)].join(", ")})`;
    return `${path} ${change(old.get(path)?.value, fresh.get(path)?.value)}${by}`;
  });
  return [...deletionLines(before, now), ...lines];
}

function deletionLines(before: StoredObject, now: StoredObject): string[] {
  const since = now.metadata.deletionTimestamp;
  return since === before.metadata.deletionTimestamp ? [] : [`is being deleted since ${since}`];
}

function change(old: unknown, now: unknown): string {
  if (old === undefined) return `is ${shown(now)} now, it was not there`;
  return now === undefined ? `was ${shown(old)}, it is gone` : `was ${shown(old)}, is ${shown(now)} now`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

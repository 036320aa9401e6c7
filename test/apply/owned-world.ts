import { Instance } from "../../resources/instance.ts";
import type { StoredObject } from "../../resources/meta.ts";
import { type ManagedFields, readManagedFields } from "../../resources/ownership/managed-fields.ts";
import { type FieldConflict, mergeOwned } from "../../resources/ownership/merge-owned.ts";
import { ownedPart, ownedSchema, withOwnedPart } from "../../resources/ownership/owned-document.ts";
import { recordUpdate } from "../../resources/ownership/record-update.ts";
import { withManagedFields } from "../../resources/ownership/with-managed-fields.ts";

/** The part of an object that people write. */
export interface Doc {
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly spec?: Readonly<Record<string, unknown>>;
}
export const schema = ownedSchema(Instance);
const NOW = "2030-01-02T03:04:05Z";

/** One object and those who change it; every step leaves what it was given as it is. */
export class OwnedWorld {
  object: StoredObject = {
    apiVersion: "compute.vmctl/v1alpha1",
    kind: "Instance",
    metadata: { name: "a", uid: "0d3c2f1e-1111-4222-8333-444455556666", generation: 1, creationTimestamp: NOW },
    spec: {},
  };

  /** The conflicts; none: it was applied. */
  apply(manager: string, { metadata = {}, spec = {} }: Doc, force = false): readonly FieldConflict[] {
    const sides = { live: ownedPart(this.object), managed: this.managed, wanted: ownedPart({ metadata, spec }) };
    const merged = mergeOwned(schema, sides, { manager, force, now: NOW });
    if (merged.kind === "conflict") return merged.conflicts;
    this.object = withManagedFields(withOwnedPart(this.object, merged.document), merged.managed);
    return [];
  }

  /** As a command does that changes part of an object by hand. */
  update(manager: string, { metadata = {}, spec = {} }: Doc): void {
    const after = withOwnedPart(this.object, ownedPart({ metadata, spec }));
    this.object = recordUpdate(Instance, { before: this.object, after }, { manager, now: NOW });
  }

  get managed(): ManagedFields {
    return readManagedFields(this.object.metadata.managedFields);
  }

  get document(): Doc {
    return ownedPart(this.object) as Doc;
  }

  /** `apply ci`, `update admin`: who owns a path. */
  owners(path: string): string[] {
    return this.managed
      .filter(({ fields }) => fields.includes(path))
      .map(({ manager, operation }) => `${operation.toLowerCase()} ${manager}`)
      .sort();
  }
}

import { Instance } from "../../../resources/instance.ts";
import { InstanceSet } from "../../../resources/instance-set.ts";
import { UsageError } from "../../config/usage-error.ts";
import { formatReference, type Reference } from "../select/references.ts";

/**
 * UsageError for an object of another kind; `done` reads after "can be". `ofInstances`: the command that does the same to
 * instances.
 */
export function onlySets(references: readonly Reference[], done: string, ofInstances?: string): readonly Reference[] {
  const other = references.find(({ kind }) => kind !== InstanceSet);
  if (!other) return references;
  const name = formatReference(other);
  const meant = ofInstances !== undefined && other.kind === Instance ? `; did you mean "${ofInstances} ${name}"?` : "";
  throw new UsageError(`only instancesets can be ${done}, not ${name}${meant}`);
}

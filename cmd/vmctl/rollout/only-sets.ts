import { InstanceSet } from "../../../resources/instance-set.ts";
import { UsageError } from "../../config/usage-error.ts";
import { formatReference, type Reference } from "../select/references.ts";

/** UsageError for an object of another kind; `done` reads after "can be". */
export function onlySets(references: readonly Reference[], done: string): readonly Reference[] {
  const other = references.find(({ kind }) => kind !== InstanceSet);
  if (other) throw new UsageError(`only instancesets can be ${done}, not ${formatReference(other)}`);
  return references;
}

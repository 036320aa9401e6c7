import { isStandardClass } from "../../check-request.ts";
import type { Resources } from "../../placement.ts";
import { badRequest, conflict, notFound } from "../problems.ts";
import type { AllocationRecord, ProviderRecord, RecordChange } from "../records.ts";
import type { PlacementState } from "../state.ts";
import { unknownClass } from "./inventories.ts";
import { providerChange } from "./views.ts";

/** The name is custom and well formed: whoever calls has checked that. */
export function createClass(state: PlacementState, name: string): readonly RecordChange[] {
  if (state.knowsClass(name)) throw conflict(`Conflicting resource class already exists: ${name}`);
  return [{ kind: "class", name, present: true }];
}

/** Nothing to do when it is there. */
export const ensureClass = (state: PlacementState, name: string): readonly RecordChange[] =>
  state.knowsClass(name) ? [] : [{ kind: "class", name, present: true }];

export function deleteClass(state: PlacementState, name: string): readonly RecordChange[] {
  if (!state.knowsClass(name)) throw notFound(unknownClass(name));
  if (isStandardClass(name))
    throw badRequest(`Error in delete resource class: Cannot delete standard resource class ${name}.`);
  if (state.withClass(name).size > 0)
    throw conflict(
      `Error in delete resource class: Cannot delete resource class ${name}. Class is in use in inventory.`,
    );
  return [{ kind: "class", name, present: false }];
}

/** Below 1.7. Whatever has or holds some of the class has it under the new name afterwards, at the same generation. */
export function renameClass(state: PlacementState, name: string, next: string): readonly RecordChange[] {
  if (!state.knowsClass(name)) throw notFound(unknownClass(name));
  if (isStandardClass(name)) throw badRequest(`Cannot update standard resource class ${name}`);
  if (next === name) return [];
  if (state.knowsClass(next)) throw conflict(`Resource class already exists: ${next}`);
  const nodes = [...state.withClass(name)];
  const consumers = new Set(nodes.flatMap(({ record }) => state.allocationsOf(record.uuid)));
  const renamed = <T>(map: Readonly<Record<string, T>>) => withKey(map, name, next);
  return [
    { kind: "class", name: next, present: true },
    ...nodes.map(({ record }) => providerChange(renamedProvider(record, renamed))),
    ...nodes.map(({ record, usage }): RecordChange => {
      return { kind: "usage", provider: record.uuid, record: { ...usage, used: renamed(usage.used) } };
    }),
    ...[...consumers].map((record): RecordChange => {
      return { kind: "allocation", consumer: record.consumer, record: renamedConsumer(record, renamed) };
    }),
    { kind: "class", name, present: false },
  ];
}

type Rename = <T>(map: Readonly<Record<string, T>>) => Readonly<Record<string, T>>;

const renamedProvider = (record: ProviderRecord, renamed: Rename): ProviderRecord => ({
  ...record,
  inventories: renamed(record.inventories),
});

function renamedConsumer(record: AllocationRecord, renamed: Rename): AllocationRecord {
  const entries = Object.entries(record.allocations).map(
    ([provider, { resources }]): [string, { resources: Resources }] => [provider, { resources: renamed(resources) }],
  );
  return { ...record, allocations: Object.fromEntries(entries) };
}

const withKey = <T>(map: Readonly<Record<string, T>>, from: string, to: string): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key === from ? to : key, value]));

import { wholeCapacityOf } from "../../capacity.ts";
import type { Inventory } from "../../placement.ts";
import { STANDARD_CLASSES } from "../../standard-classes.ts";
import { PlacementProblem } from "../placement-problem.ts";
import { badRequest, concurrentUpdate, notFound, PROBLEM } from "../problems.ts";
import type { ProviderNode } from "../provider-node.ts";
import type { PlacementState } from "../state.ts";
import { checkGeneration, neededProvider, type Planned, providerChange, withRecord } from "./views.ts";

export type Inventories = Readonly<Record<string, Inventory>>;

/** Judges an inventory before it is written; see checkCapacity. */
export type InventoryRule = (resourceClass: string, inventory: Inventory, provider: string) => string | undefined;

/**
 * Whether everything may be reserved depends on the microversion (from 1.26). Why it may not, if so. Shrinking below
 * what is used is always allowed.
 */
export const capacityRule =
  (mayReserveAll: boolean): InventoryRule =>
  (resourceClass, inventory, provider) => {
    const capacity = wholeCapacityOf(inventory);
    if (inventory.allocationRatio >= 0 && (mayReserveAll ? capacity >= 0 : capacity > 0)) return undefined;
    const what = mayReserveAll ? "greater than total" : "greater than or equal to total";
    return `Invalid inventory for '${resourceClass}' on resource provider '${provider}'. The reserved value is ${what}.`;
  };

/** Every write of inventories counts, also one that changes nothing. */
export function replaced(node: ProviderNode, inventories: Inventories): Planned<ProviderNode> {
  const record = { ...node.record, inventories, generation: node.record.generation + 1 };
  return { changes: [providerChange(record)], result: withRecord(node, record) };
}

export interface InventoryUpdate {
  readonly provider: string;
  /** The generation the client knows; `undefined`: not asked for. */
  readonly generation: number | undefined;
  readonly rule: InventoryRule;
}

/** Replaces all of them. `inventory.inuse` for a class that would go while something of it is allocated. */
export function setInventories(
  state: PlacementState,
  { provider, generation, rule }: InventoryUpdate,
  inventories: Inventories,
): Planned<ProviderNode> {
  const node = neededProvider(state, provider);
  checkGeneration(node, generation, "resource provider generation conflict");
  for (const [name, inventory] of Object.entries(inventories)) {
    const problem = rule(name, inventory, provider);
    if (problem !== undefined)
      throw badRequest(`Unable to update inventory for resource provider ${provider}: ${problem}`);
    if (!state.knowsClass(name))
      throw badRequest(
        `Unknown resource class in inventory for resource provider ${provider}: No such resource class ${name}.`,
      );
  }
  checkNothingUsedGoes(node, inventories, "update conflict: ");
  return replaced(node, inventories);
}

/** All of them, whatever the generation. */
export function clearInventories(state: PlacementState, provider: string): Planned<ProviderNode> {
  const node = neededProvider(state, provider);
  checkNothingUsedGoes(node, {}, "");
  return replaced(node, {});
}

/** `inventory.inuse`, led in by `prefix`. */
export function checkNothingUsedGoes(node: ProviderNode, inventories: Inventories, prefix: string): void {
  const going = Object.keys(node.usage.used)
    .filter((name) => !Object.hasOwn(inventories, name))
    .sort(byId);
  if (going.length === 0) return;
  throw new PlacementProblem(PROBLEM.inventoryInUse, prefix + inUse(going, node.record.uuid));
}

/** Standard classes in the order of their library, then custom ones. */
const byId = (a: string, b: string): number => idOf(a) - idOf(b) || (a < b ? -1 : 1);
const idOf = (name: string): number => STANDARD_IDS.get(name) ?? STANDARD_IDS.size;
const STANDARD_IDS = new Map([...STANDARD_CLASSES].map((name, index) => [name, index]));

const inUse = (classes: readonly string[], provider: string): string =>
  `Inventory for '${classes.join(", ")}' on resource provider '${provider}' in use.`;

/** One more class. A class that is there already: `concurrent_update`. */
export function addInventory(
  state: PlacementState,
  { provider, rule }: InventoryUpdate,
  name: string,
  inventory: Inventory,
): Planned<ProviderNode> {
  const node = neededProvider(state, provider);
  const problem = rule(name, inventory, provider) ?? (state.knowsClass(name) ? undefined : unknownClass(name));
  if (problem !== undefined)
    throw badRequest(`Unable to create inventory for resource provider ${provider}: ${problem}`);
  const { inventories } = node.record;
  if (Object.hasOwn(inventories, name))
    throw concurrentUpdate(`Update conflict: resource provider ${provider} has an inventory of ${name} already`);
  return replaced(node, { ...inventories, [name]: inventory });
}

/** One that is there. */
export function updateInventory(
  state: PlacementState,
  { provider, generation, rule }: InventoryUpdate,
  name: string,
  inventory: Inventory,
): Planned<ProviderNode> {
  const node = neededProvider(state, provider);
  checkGeneration(node, generation, "resource provider generation conflict");
  const problem = rule(name, inventory, provider);
  if (problem !== undefined)
    throw badRequest(`Unable to update inventory for resource provider ${provider}: ${problem}`);
  if (!state.knowsClass(name)) throw notFound(unknownClass(name));
  const { inventories } = node.record;
  if (!Object.hasOwn(inventories, name))
    throw badRequest(
      `No inventory record with resource class for resource provider ${provider}: No inventory of class ${name} found.`,
    );
  return replaced(node, { ...inventories, [name]: inventory });
}

/** One that is there and not in use. */
export function deleteInventory(state: PlacementState, provider: string, name: string): Planned<ProviderNode> {
  const node = neededProvider(state, provider);
  if (!Object.hasOwn(node.record.inventories, name))
    throw notFound(
      `No inventory of class ${name} found for delete${state.knowsClass(name) ? "" : `: ${unknownClass(name)}`}`,
    );
  if (Object.hasOwn(node.usage.used, name))
    throw concurrentUpdate(`Unable to delete inventory of class ${name}: ${inUse([name], provider)}`);
  const { [name]: _, ...rest } = node.record.inventories;
  return replaced(node, rest);
}

export const unknownClass = (name: string): string => `No such resource class ${name}.`;

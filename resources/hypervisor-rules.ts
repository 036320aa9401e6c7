import type { HypervisorSpec, InventorySpec } from "./hypervisor.ts";
import type { Problem } from "./problem.ts";
import { parseQuantity } from "./quantity.ts";

/** What no schema can say about a hypervisor's spec. The spec has passed its schema. */
export function hypervisorProblems(spec: HypervisorSpec): Problem[] {
  const inventories = Object.entries(spec.inventory ?? {}).flatMap(([resource, inventory]) =>
    inventory === undefined ? [] : inventoryProblems(["spec", "inventory", resource], inventory as InventorySpec),
  );
  return inventories;
}

function inventoryProblems(path: readonly string[], inventory: InventorySpec): Problem[] {
  const amount = (field: "total" | "reserved" | "minUnit" | "maxUnit") =>
    inventory[field] === undefined ? undefined : parseQuantity(inventory[field]);
  const [total, reserved, minUnit, maxUnit] = [
    amount("total"),
    amount("reserved"),
    amount("minUnit"),
    amount("maxUnit"),
  ];
  const problems: Problem[] = [];
  if (total !== undefined && reserved !== undefined && reserved > total)
    problems.push({ path: [...path, "reserved"], message: "is larger than total" });
  if (minUnit !== undefined && maxUnit !== undefined && minUnit > maxUnit)
    problems.push({ path: [...path, "minUnit"], message: "is larger than maxUnit" });
  if (path.at(-1)?.startsWith("CUSTOM_") && total === undefined)
    problems.push({ path: [...path, "total"], message: "is required: nothing discovers a custom resource" });
  return problems;
}

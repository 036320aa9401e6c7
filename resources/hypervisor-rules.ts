import type { HypervisorSpec, InventorySpec } from "./hypervisor.ts";
import { MAX_AMOUNT, MAX_RATIO } from "./placement-words.ts";
import type { Problem } from "./problem.ts";
import { parseQuantity } from "./quantity.ts";

/** What no schema can say about a hypervisor's spec. The spec has passed its schema. */
export function hypervisorProblems(spec: HypervisorSpec): Problem[] {
  return Object.entries(spec.inventory ?? {}).flatMap(([resource, inventory]) =>
    inventory === undefined ? [] : inventoryProblems(["spec", "inventory", resource], inventory as InventorySpec),
  );
}

type Field = "total" | "reserved" | "minUnit" | "maxUnit" | "stepSize";
const FIELDS: readonly Field[] = ["total", "reserved", "minUnit", "maxUnit", "stepSize"];
/** Of Placement: 1 and more. There may be nothing of a class, and nothing reserved. */
const ABOVE_ZERO: readonly Field[] = ["minUnit", "maxUnit", "stepSize"];
/** Bytes that Placement counts as one. */
const UNIT: Readonly<Record<string, number>> = { memory: 2 ** 20, disk: 2 ** 30 };

type Path = readonly string[];

function inventoryProblems(path: Path, inventory: InventorySpec): Problem[] {
  const wrong = FIELDS.flatMap((field) => amountProblems([...path, field], inventory[field]));
  return [...(wrong.length > 0 ? wrong : orderProblems(path, inventory)), ...ratioProblems(path, inventory)];
}

/** What the class can be counted in, and Placement can count. */
function amountProblems(path: Path, written: string | number | undefined): Problem[] {
  if (written === undefined) return [];
  const [resource = "", field = ""] = path.slice(-2);
  const unit = UNIT[resource];
  const amount = parseQuantity(written);
  const refuse = (message: string): Problem[] => [{ path, message: `${message} (got ${written})` }];
  if (unit === undefined && String(written).includes(".")) return refuse("must be a whole number");
  if (amount === undefined) return refuse("is larger than can be counted");
  if (Math.ceil(amount / (unit ?? 1)) > MAX_AMOUNT) return refuse("is larger than Placement can count");
  return amount === 0 && ABOVE_ZERO.some((one) => one === field) ? refuse("must be at least 1") : [];
}

function orderProblems(path: Path, inventory: InventorySpec): Problem[] {
  const [total, reserved, minUnit, maxUnit] = FIELDS.map((field) => {
    const written = inventory[field];
    return written === undefined ? undefined : parseQuantity(written);
  });
  const problems: Problem[] = [];
  if (total !== undefined && reserved !== undefined && reserved > total)
    problems.push({ path: [...path, "reserved"], message: "is larger than total" });
  if (minUnit !== undefined && maxUnit !== undefined && minUnit > maxUnit)
    problems.push({ path: [...path, "minUnit"], message: "is larger than maxUnit" });
  if (path.at(-1)?.startsWith("CUSTOM_") && total === undefined)
    problems.push({ path: [...path, "total"], message: "is required: nothing discovers a custom resource" });
  return problems;
}

function ratioProblems(path: Path, { allocationRatio = 1 }: InventorySpec): Problem[] {
  if (allocationRatio <= MAX_RATIO) return [];
  const message = `is larger than Placement can count (got ${allocationRatio})`;
  return [{ path: [...path, "allocationRatio"], message }];
}

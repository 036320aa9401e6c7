import type { Operator } from "./path.ts";

/** Whether the comparison holds for any two; `!=`: for no two they are equal. */
export function holds(operator: Operator, lefts: readonly unknown[], rights: readonly unknown[]): boolean {
  if (operator === "!=") return !holds("==", lefts, rights);
  return lefts.some((left) => rights.some((right) => compare(operator, left, right)));
}

function compare(operator: Exclude<Operator, "!=">, left: unknown, right: unknown): boolean {
  if (operator === "==") return textOf(left) === textOf(right);
  const order = orderOf(left, right);
  if (order === undefined) return false;
  if (operator === "<") return order < 0;
  if (operator === ">") return order > 0;
  return operator === "<=" ? order <= 0 : order >= 0;
}

/** Numbers by size, texts by letters; what is neither has no order. */
function orderOf(left: unknown, right: unknown): number | undefined {
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left !== "string" || typeof right !== "string") return undefined;
  return left === right ? 0 : left < right ? -1 : 1;
}

/** One value as kubectl writes it: a text as it is, lists and maps as JSON. */
export const textOf = (value: unknown): string =>
  typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? "");

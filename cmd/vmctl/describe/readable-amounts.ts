import { formatBytes } from "../output/cell.ts";

/** A status with its bytes of memory and disk as people read them, rounded; `get -o yaml` has the numbers. */
export function readableAmounts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readableAmounts);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, readable(name, part)]));
}

function readable(name: string, value: unknown): unknown {
  const isBytes = typeof value === "number" && (name === "memory" || name === "disk");
  // Below that there is nothing to shorten, and a text of digits would stand in quotes.
  return isBytes && value >= 1024 ? formatBytes(value) : readableAmounts(value);
}

/**
 * The value at a path of the kinds' columns: names and indexes joined by dots. In a list of conditions a name means
 * the status of the condition of that type (`status.conditions.Ready`). `undefined` wherever the path ends early.
 */
export function fieldAt(value: unknown, path: string): unknown {
  return path.split(".").reduce(step, value);
}

function step(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value) && !/^\d+$/.test(name)) return conditionStatus(value, name);
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

function conditionStatus(conditions: readonly unknown[], type: string): unknown {
  const found = conditions.find(
    (item) => typeof item === "object" && item !== null && "type" in item && item.type === type,
  );
  return (found as { status?: unknown } | undefined)?.status;
}

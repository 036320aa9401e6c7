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

const conditionStatus = (conditions: readonly unknown[], type: string): unknown => findByType(conditions, type)?.status;

/** Why the condition at a path like `status.conditions.Ready` is not True; `undefined` where it is, or is not there. */
export function reasonAt(value: unknown, path: string): unknown {
  const dot = path.lastIndexOf(".");
  const conditions = fieldAt(value, path.slice(0, dot));
  const found = Array.isArray(conditions) ? findByType(conditions, path.slice(dot + 1)) : undefined;
  return found?.status === "True" ? undefined : found?.reason;
}

interface Found {
  readonly status?: unknown;
  readonly reason?: unknown;
}

const findByType = (conditions: readonly unknown[], type: string): Found | undefined =>
  conditions.find(
    (item): item is Found => typeof item === "object" && item !== null && "type" in item && item.type === type,
  );

/** Longer texts of a client's own value are cut in messages. */
const LONGEST = 300;

/** A JSON value as Placement's messages show it: single quotes, `None`, `True`. */
export function shownValue(value: unknown): string {
  const text = shown(value, 0);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function shown(value: unknown, depth: number): string {
  if (typeof value === "string") return quoted(value.slice(0, LONGEST));
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value !== "object") return String(value);
  if (depth > 3) return "…";
  if (Array.isArray(value))
    return `[${value
      .slice(0, 20)
      .map((item) => shown(item, depth + 1))
      .join(", ")}]`;
  const entries = Object.entries(value).slice(0, 20);
  return `{${entries.map(([name, item]) => `${quoted(name)}: ${shown(item, depth + 1)}`).join(", ")}}`;
}

export const quoted = (text: string): string => (text.includes("'") && !text.includes('"') ? `"${text}"` : `'${text}'`);

/** What stands in a table where a value is missing. */
export const NONE = "<none>";

/** One value of a table. Texts from objects are hostile: control characters never reach the terminal. */
export function formatCell(value: unknown): string {
  if (value === undefined || value === null || value === "") return NONE;
  if (typeof value !== "object") return printable(String(value));
  if (Array.isArray(value)) return value.length === 0 ? NONE : value.map(formatCell).join(",");
  return formatImage(value as Record<string, unknown>) ?? printable(JSON.stringify(value));
}

/** An image reference or source by what tells it apart. */
function formatImage(value: Record<string, unknown>): string | undefined {
  const inner = value["source"];
  if (typeof inner === "object" && inner !== null) return formatImage(inner as Record<string, unknown>);
  const text = value["name"] ?? value["url"] ?? value["file"];
  return typeof text === "string" ? printable(text) : undefined;
}

/** Bytes as people read them: the largest binary unit that leaves at least 1, one decimal below 10. */
export function formatBytes(value: unknown): string {
  if (typeof value !== "number") return formatCell(value);
  let amount = value;
  for (const unit of ["", "Ki", "Mi", "Gi", "Ti"]) {
    if (amount < 1024 || unit === "Ti") return `${amount < 10 ? Number(amount.toFixed(1)) : Math.round(amount)}${unit}`;
    amount /= 1024;
  }
  return String(value);
}

/** The text with control characters (escape sequences, line ends, direction overrides) shown as `\uXXXX`. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u2028\u2029]/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

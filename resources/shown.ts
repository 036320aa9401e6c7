const SHOWN = 40;

/** A value as it stands in a message, cut short. */
export function shown(value: unknown): string {
  // JSON has no word for Infinity and NaN, which YAML and 1e309 make: `null` would be another complaint.
  const text = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

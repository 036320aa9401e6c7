/** More parameters than any query has reason to have. */
const MOST_PAIRS = 1000;

/** The parameters of a query string, each with its values in order; what is out of form is a fault. */
export function pairsOf(text: string, faults: string[]): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  const parts = text.split("&", MOST_PAIRS + 1);
  if (parts.length > MOST_PAIRS) faults.push(`has more than ${MOST_PAIRS} parameters`);
  for (const part of parts) {
    const at = part.indexOf("=");
    const [name, value] = [decoded(part.slice(0, at)), decoded(part.slice(at + 1))];
    if (at < 1 || name === undefined || value === undefined) faults.push(`"${part}" is no NAME=VALUE`);
    else values.set(name, [...(values.get(name) ?? []), value]);
  }
  return values;
}

/** As a server reads it; `undefined` for what is no encoding. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}

/** How many names are said of those that say the same, and how many different things are said. */
const NAMES = 3;
const GROUPS = 5;

export interface OpenObject {
  readonly name: string;
  /** What it said last; empty: nothing. */
  readonly seen: string;
}

/** What is still waited for, in one line however much it is: those that say the same stand together. */
export function openWords(open: readonly OpenObject[]): string {
  const groups = new Map<string, string[]>();
  for (const { name, seen } of open) groups.set(seen, [...(groups.get(seen) ?? []), name]);
  const shown = [...groups].slice(0, GROUPS);
  const others = open.length - shown.reduce((sum, [, names]) => sum + names.length, 0);
  const parts = shown.map(([seen, names]) => `${some(names)}${seen === "" ? "" : ` (${seen})`}`);
  return [...parts, ...(others > 0 ? [`${others} more`] : [])].join(", ");
}

/** One that would be "and 1 more" is as short by its name. */
function some(names: readonly string[]): string {
  if (names.length <= NAMES + 1) return names.join(", ");
  return `${names.slice(0, NAMES).join(", ")} and ${names.length - NAMES} more`;
}

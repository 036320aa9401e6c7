/** A part of a description: a title and what stands below it. */
export interface Section {
  readonly title: string;
  /** Without indentation, safe for a terminal. None: `<none>`. */
  readonly lines: readonly string[];
}

const SHOWN = 100;

/** As it is printed; a long part is cut and says so. */
export function sectionLines({ title, lines }: Section): string[] {
  const shown = lines.length > SHOWN + 1 ? lines.slice(0, SHOWN) : lines;
  const more = lines.length > shown.length ? [`… and ${lines.length - shown.length} more`] : [];
  return [`${title}:`, ...(lines.length === 0 ? ["<none>"] : [...shown, ...more]).map((line) => `  ${line}`)];
}

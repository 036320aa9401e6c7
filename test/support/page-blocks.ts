import { readFile } from "node:fs/promises";

/** The examples under a heading of a page of docs/: blocks fenced without a language, or indented by four spaces. */
export async function blocksOf(page: string, heading: string): Promise<readonly string[]> {
  const text = await readFile(new URL(`../../docs/${page}`, import.meta.url), "utf8");
  const [, section] = text.split(`\n## ${heading}\n`);
  if (section === undefined) throw new Error(`docs/${page} has no heading "${heading}"`);
  const own = section.split(/^## /m)[0] ?? "";
  const fenced = [...own.matchAll(/^```\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);
  // Blank lines within; a paragraph at the margin ends it.
  const indented = [...own.matchAll(/(?:^ {4}.*\n(?:\n(?= {4}))?)+/gm)].map(([block]) => block.replace(/^ {4}/gm, ""));
  return fenced.length > 0 ? fenced : indented;
}

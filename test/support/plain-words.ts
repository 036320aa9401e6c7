/**
 * The words that a shell would make of a line of plain words and single quotes; undefined when the line holds anything
 * that a shell might take for more than itself (a pipe, a variable, a pattern, a second line).
 */
export function plainWords(line: string): readonly string[] | undefined {
  const word = /(?:[\w@%+=:,./-]|'[^'\n]*')+/g;
  const text = line.trim();
  const words = text.match(word) ?? [];
  const isAssignment = /^\w+=/.test(words[0] ?? "");
  if (words.length === 0 || isAssignment || !/^ *$/.test(text.replaceAll(word, ""))) return undefined;
  return words.map((each) => each.replaceAll("'", ""));
}

/** One thing that may stand where the cursor is. */
export interface Candidate {
  readonly value: string;
  readonly description?: string;
}

/** What `vmctl __complete` answers with: candidates, or that the shell knows better (names of files, of folders). */
export type Completion = readonly Candidate[] | "files" | "folders";

/** Candidates of words that need no description. */
export const plain = (words: Iterable<string>): readonly Candidate[] => [...words].map((value) => ({ value }));

/** Those that go on from what is there. */
export const startingWith = (candidates: readonly Candidate[], current: string): readonly Candidate[] =>
  candidates.filter(({ value }) => value.startsWith(current));

/**
 * One line per candidate, a tab before its description; `:files` or `:folders` for the shell's own. A value that could
 * not be typed as a word (spaces, quotes, control characters) is left out.
 */
export function formatCompletion(completion: Completion): string {
  if (typeof completion === "string") return `:${completion}\n`;
  const shown = completion.filter(({ value }) => /^[\w@%+=:,./!{}-]+$/.test(value) && !value.startsWith(":"));
  return shown.map(({ value, description }) => `${value}${describe(description)}\n`).join("");
}

const describe = (text: string | undefined): string =>
  text ? `\t${text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, " ")}` : "";

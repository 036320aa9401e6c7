/** The lines below `Examples:`, up to an empty one. */
export function examplesOf(help: string): string[] {
  const lines = help.split("\n");
  const from = lines.indexOf("Examples:") + 1;
  if (from === 0) return [];
  const end = lines.findIndex((line, index) => index >= from && line.trim() === "");
  return lines.slice(from, end < 0 ? undefined : end);
}

/**
 * The words behind every `vmctl` of a line as a shell would read them: quotes taken away, redirections and what is piped
 * left out, also the remark behind two spaces.
 */
export function wordsOf(line: string): string[][] {
  const [command = ""] = line.trim().split(/ {2,}/);
  return simpleCommands(command).flatMap((words) => {
    const at = words.findIndex((word) => !/^[A-Z_]+=/.test(word));
    return words[at] === "vmctl" ? [words.slice(at + 1)] : [];
  });
}

/** Split at `|`, `;`, `&&`, `<(` and `)` outside quotes; each without its redirections. */
function simpleCommands(line: string): string[][] {
  const commands: string[][] = [[]];
  const tokens = line.match(/(?:'[^']*'|"[^"]*"|[^\s'"|;&<>()])+|<\(|[|;&()]|>+ ?[^\s;|&)]+/g) ?? [];
  for (const token of tokens) {
    if (/^([|;&()]|<\()$/.test(token)) commands.push([]);
    else if (!token.startsWith(">")) commands.at(-1)?.push(token.replace(/'([^']*)'|"([^"]*)"/g, "$1$2"));
  }
  return commands;
}

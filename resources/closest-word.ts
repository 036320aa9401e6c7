/** Levenshtein distance, a swap of neighbours counting 2. */
function editDistance(a: string, b: string): number {
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [row, letter] of [...a].entries()) {
    const next = [row + 1];
    for (let column = 1; column <= b.length; column++) {
      const replaced = at(last, column - 1) + (letter === b[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, at(last, column) + 1, at(next, column - 1) + 1));
    }
    last = next;
  }
  return at(last, b.length);
}

const at = (row: readonly number[], column: number): number => row[column] ?? Number.POSITIVE_INFINITY;

const LONGEST_WORD = 64;

/** The known word that `word` is probably a slip of (two letters, or a third of it, wrong); the first of equals. */
export function closestWord(word: string, known: Iterable<string>): string | undefined {
  if (word.length > LONGEST_WORD) return undefined;
  const wanted = word.toLowerCase();
  const tolerance = Math.max(word.length < 4 ? 1 : 2, Math.floor(word.length / 3));
  let best: { word: string; distance: number } | undefined;
  for (const candidate of known) {
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance <= tolerance && distance < (best?.distance ?? Number.POSITIVE_INFINITY))
      best = { word: candidate, distance };
  }
  return best?.word;
}

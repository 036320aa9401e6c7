import { closestWord } from "./closest-word.ts";

/** `; did you mean "x"?`, or nothing: the end of an error message about a word that is not known. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const closest = closestWord(word, known);
  return closest === undefined || closest === word ? "" : `; did you mean "${closest}"?`;
}

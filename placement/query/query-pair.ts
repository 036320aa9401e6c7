import { badRequest } from "../engine/problems.ts";

/** A query string as its pairs, in order; a name may come several times. */
export type QueryPairs = readonly (readonly [string, string])[];

/** More than any client has reason to send; work grows with it. */
const MOST_PAIRS = 1_000;

/**
 * The pairs of a query string, without its `?`: `+` is a space, percent escapes are UTF-8. What is no UTF-8, or has too
 * many pairs, is a bad request.
 */
export function parseQueryString(text: string): QueryPairs {
  const parts = text.split("&", MOST_PAIRS + 1).filter((part) => part !== "");
  if (parts.length > MOST_PAIRS) throw badRequest(`Invalid query string parameters: more than ${MOST_PAIRS} of them`);
  return parts.map((part) => {
    const [name = "", ...value] = part.split("=");
    return [decoded(name), decoded(value.join("="))];
  });
}

function decoded(text: string): string {
  try {
    // A percent sign that begins no escape stands for itself, as browsers and upstream have it.
    return decodeURIComponent(text.replaceAll("+", " ").replace(/%(?![0-9a-fA-F]{2})/g, "%25"));
  } catch {
    throw badRequest("Invalid query string parameters: not UTF-8");
  }
}

export const valuesOf = (pairs: QueryPairs, name: string): readonly string[] =>
  pairs.filter(([key]) => key === name).map(([, value]) => value);

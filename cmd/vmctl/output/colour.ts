import picocolors from "picocolors";

/**
 * Colours for a stream: on a terminal that can show them, unless NO_COLOR is set to anything (no-color.org) or TERM
 * is dumb.
 */
export function coloursFor(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ReturnType<typeof picocolors.createColors> {
  const off = Boolean(environment["NO_COLOR"]) || environment["TERM"] === "dumb" || stream.isTTY !== true;
  return picocolors.createColors(!off);
}

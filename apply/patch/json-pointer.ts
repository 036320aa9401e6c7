/** Names and indexes from the top down; none: the whole document. */
export type Pointer = readonly string[];

/** `/spec/interfaces/0`, with `~1` for a slash and `~0` for a tilde in names (RFC 6901); `undefined` for anything else. */
export function parsePointer(text: string): Pointer | undefined {
  if (text === "") return [];
  if (!text.startsWith("/") || /~(?![01])/.test(text)) return undefined;
  const steps = text.slice(1).split("/");
  return steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

export const formatPointer = (pointer: Pointer): string =>
  pointer.map((step) => `/${step.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

import { readYamlDocuments, type TextPosition } from "../../../../apply/yaml-document.ts";
import { printable } from "../../output/cell.ts";

/** One line for the person who edits; with the place in the text below, counted from its own first line. */
export interface EditNote {
  readonly text: string;
  readonly position?: TextPosition;
}

/** The text of an editor: notes as comments on top, then the object. Places become those in the whole file. */
export function withNotes(notes: readonly EditNote[], body: string): string {
  const lines = notes.map(({ text, position }) => {
    const place = position === undefined ? "" : `${position.line + notes.length}:${position.column} `;
    return `# ${place}${printable(text)}`.trimEnd();
  });
  return `${lines.join("\n")}\n${body}`;
}

/** What was written below the notes: without the comments at the very top, whoever wrote them. */
export const bodyOf = (text: string): string => text.replace(/^\uFEFF?(?:#[^\n]*(?:\n|$))*/, "");

export type EditedText =
  | { readonly kind: "empty" }
  | { readonly kind: "document"; readonly value: unknown; positionOf(path: readonly (string | number)[]): TextPosition }
  | { readonly kind: "unreadable"; readonly notes: readonly EditNote[] };

/** What a body says. Never throws. */
export function readBody(body: string): EditedText {
  const [first, second] = readYamlDocuments(body);
  if (!first) return { kind: "empty" };
  if ("problems" in first)
    return { kind: "unreadable", notes: first.problems.map(({ message, position }) => ({ text: message, position })) };
  if (second) return { kind: "unreadable", notes: [{ text: "one object expected, this is more than one document" }] };
  return { kind: "document", value: first.value, positionOf: first.positionOf };
}

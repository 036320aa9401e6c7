import { type Document, isAlias, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseAllDocuments } from "yaml";
import type { ProblemPath } from "../resources/problem.ts";
import { messageOf } from "../runtime/errors.ts";
import { oddNumbers } from "./odd-numbers.ts";
import { sentence, syntaxMessage } from "./syntax-message.ts";

export interface TextPosition {
  readonly line: number;
  readonly column: number;
}
export interface DocumentProblem {
  readonly position: TextPosition;
  readonly message: string;
}
/** One document of a text: what it says, and where it says it; or why it cannot be read. */
export type YamlDocument =
  | { readonly value: unknown; positionOf(path: ProblemPath): TextPosition }
  | { readonly problems: readonly DocumentProblem[] };

/** Anchors are for people: this many uses are plenty, and a "billion laughs" needs more. */
const ALIAS_LIMIT = 100;
const PROBLEMS_SHOWN = 5;

/**
 * All documents of a YAML (or JSON) text; empty ones are left out. Duplicate keys, unknown tags, numbers that JSON
 * cannot keep and aliases that go round in circles or explode are problems. Never throws.
 */
export function readYamlDocuments(text: string): YamlDocument[] {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, version: "1.2" });
  const documents = "empty" in parsed ? [] : parsed;
  return documents.flatMap((document) => readDocument(document, lines) ?? []);
}

function readDocument(document: Document, lines: LineCounter): YamlDocument | undefined {
  const position = (offset: number): TextPosition => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const wrong = [...document.errors, ...document.warnings].slice(0, PROBLEMS_SHOWN);
  if (wrong.length > 0)
    return {
      problems: wrong.map((error) => ({ position: position(error.pos[0]), message: syntaxMessage(document, error) })),
    };
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) return undefined;
  try {
    const odd = oddNumbers(document).slice(0, PROBLEMS_SHOWN);
    if (odd.length > 0)
      return { problems: odd.map(({ offset, message }) => ({ position: position(offset), message })) };
    const value: unknown = JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: ALIAS_LIMIT })));
    return { value, positionOf: (path) => position(offsetOf(document, path)) };
  } catch (error) {
    return { problems: [{ position: position(startOf(document.contents)), message: refusal(error) }] };
  }
}

/** toJS throws ReferenceError for aliases, JSON.stringify TypeError for a value inside itself. */
function refusal(error: unknown): string {
  if (error instanceof ReferenceError) return `uses too many aliases or an unknown one (${sentence(messageOf(error))})`;
  if (error instanceof TypeError || error instanceof RangeError) return "holds an alias to something it is part of";
  return sentence(messageOf(error));
}

const startOf = (node: unknown): number => (isNode(node) ? (node.range?.[0] ?? 0) : 0);

/** Fields are shown at their name, items of lists at their beginning; what is missing, where it should have been. */
function offsetOf(document: Document, path: ProblemPath): number {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const step of path) {
    const target = isAlias(node) ? node.resolve(document) : node;
    const found = isMap(target) ? target.items.find((item) => keyOf(item.key) === String(step)) : undefined;
    const item = isSeq(target) ? target.items[Number(step)] : undefined;
    if (!found && item === undefined) break;
    offset = startOf(found ? found.key : item);
    node = found ? found.value : item;
  }
  return offset;
}

const keyOf = (key: unknown): string => (isScalar(key) ? String(key.value) : isPair(key) ? "" : String(key));

import { findKind, KINDS, type KindInfo } from "../../../resources/kinds.ts";
import { didYouMean } from "../../config/did-you-mean.ts";
import { UsageError } from "../../config/usage-error.ts";

/** One object by kind and name. */
export interface Reference {
  readonly kind: KindInfo;
  readonly name: string;
  /** Absent: the session's. */
  readonly namespace?: string;
}
/** What the words of a command name: single objects, or all objects of some kinds. */
export type Selection =
  | { readonly type: "objects"; readonly references: readonly Reference[] }
  | { readonly type: "kinds"; readonly kinds: readonly KindInfo[] };

/** `KIND`, `KIND,KIND`, `KIND NAME…`, `KIND/NAME…`. UsageError for anything else. */
export function parseSelection(words: readonly string[]): Selection {
  const [first, ...names] = words;
  if (first === undefined) throw new UsageError(`which kind? One of ${plurals().join(", ")}`);
  if (words.some((word) => word.includes("/"))) return { type: "objects", references: words.map(parseReference) };
  const kinds = parseKinds(first);
  if (names.length === 0) return { type: "kinds", kinds };
  return { type: "objects", references: kinds.flatMap((kind) => names.map((name) => ({ kind, name }))) };
}

/** Single objects only: `KIND NAME…` or `KIND/NAME…`. */
export function parseReferences(words: readonly string[]): readonly Reference[] {
  const selection = parseSelection(words);
  if (selection.type === "objects") return selection.references;
  const [kind] = selection.kinds;
  throw new UsageError(`which ${kind?.singular}? Give a name: ${kind?.singular} NAME, or ${kind?.singular}/NAME`);
}

export function requireKind(word: string): KindInfo {
  const kind = findKind(word);
  if (kind) return kind;
  const known = `; known: ${plurals().join(", ")}; an object goes with its kind: instance/${word}`;
  throw new UsageError(`unknown kind "${word}"${didYouMean(word, kindWords()) || known}`);
}

export const formatReference = ({ kind, name }: Reference): string => `${kind.singular}/${name}`;

function parseKinds(word: string): KindInfo[] {
  return [...new Set(word.split(",").filter(Boolean).map(requireKind))];
}

function parseReference(word: string): Reference {
  const [kind, name, ...more] = word.split("/");
  if (!kind || !name || more.length > 0) throw new UsageError(`"${word}": KIND/NAME expected`);
  return { kind: requireKind(kind), name };
}

const plurals = (): string[] => KINDS.map(({ plural }) => plural);
const kindWords = (): string[] =>
  KINDS.flatMap(({ plural, singular, shortNames }) => [plural, singular, ...shortNames]);

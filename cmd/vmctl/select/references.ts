import type { KindInfo } from "../../../resources/kinds.ts";
import { UsageError } from "../../config/usage-error.ts";
import { kindsOfCategory, plurals, requireKind, requireKinds } from "./kind-words.ts";

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

/** `KIND`, `KIND,CATEGORY`, `KIND NAME…`, `KIND/NAME…`. UsageError for anything else. */
export function parseSelection(words: readonly string[]): Selection {
  const [first, ...names] = words;
  if (first === undefined) return whichKind();
  if (words.some((word) => word.includes("/"))) return { type: "objects", references: words.map(parseReference) };
  const kinds = parseKinds(first);
  if (names.length === 0) return { type: "kinds", kinds };
  const category = first.split(",").find((word) => kindsOfCategory(word));
  if (category !== undefined)
    throw new UsageError(`"${category}" lists several kinds: a name goes with its own, such as instance/${names[0]}`);
  return { type: "objects", references: kinds.flatMap((kind) => names.map((name) => ({ kind, name }))) };
}

/** Single objects only: `KIND NAME…` or `KIND/NAME…`. */
export function parseReferences(words: readonly string[]): readonly Reference[] {
  const selection = parseSelection(words);
  if (selection.type === "objects") return selection.references;
  const [kind] = selection.kinds;
  throw new UsageError(`which ${kind?.singular}? Give a name: ${kind?.singular} NAME, or ${kind?.singular}/NAME`);
}

/** The kinds a selection is about, each once. */
export const kindsOf = (selection: Selection): readonly KindInfo[] =>
  selection.type === "kinds" ? selection.kinds : [...new Set(selection.references.map(({ kind }) => kind))];

export const formatReference = ({ kind, name }: Reference): string => `${kind.singular}/${name}`;

function parseKinds(word: string): KindInfo[] {
  const kinds = [...new Set(word.split(",").filter(Boolean).flatMap(requireKinds))];
  return kinds.length > 0 ? kinds : whichKind();
}

function whichKind(): never {
  throw new UsageError(`which kind? One of ${plurals().join(", ")}`);
}

function parseReference(word: string): Reference {
  const [kind, name, ...more] = word.split("/");
  if (!kind || !name || more.length > 0) throw new UsageError(`"${word}": KIND/NAME expected`);
  return { kind: requireKind(kind), name };
}

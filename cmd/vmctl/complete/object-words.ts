import type { Command } from "commander";
import { findKind, KINDS, type KindInfo } from "../../../resources/kinds.ts";
import { type Candidate, plain } from "./candidate.ts";
import { objectNames } from "./live-names.ts";

/** Where in a command line something is completed. */
export interface Asked {
  readonly command: Command;
  readonly positionals: readonly string[];
  readonly current: string;
  /** Ends what is asked of etcd. */
  readonly signal: AbortSignal;
}

/** `instances`, and what else a kind may be called once the first letters are there; behind a comma too. */
export function kindWords({ current }: Pick<Asked, "current">): readonly Candidate[] {
  const before = current.slice(0, current.lastIndexOf(",") + 1);
  const categories = new Set(KINDS.flatMap(({ categories = [] }) => categories));
  const others = ({ singular, shortNames }: KindInfo) => [singular, ...shortNames];
  const candidates = KINDS.flatMap((kind) => [
    { value: kind.plural, description: kind.description },
    ...(current === before ? [] : others(kind).map((value) => ({ value, description: kind.description }))),
  ]);
  return [...candidates, ...plain(categories)].map((each) => ({ ...each, value: before + each.value }));
}

/** `instance/web-1`; the kind with its slash while there is none. `only`: the one kind a command takes. */
export async function references(asked: Asked, only?: KindInfo): Promise<readonly Candidate[]> {
  const { current } = asked;
  const at = current.indexOf("/");
  if (at < 0 && !only) return KINDS.map(({ singular, description }) => ({ value: `${singular}/`, description }));
  const kind = at < 0 ? only : findKind(current.slice(0, at));
  if (!kind || (only && kind !== only)) return [];
  const word = at < 0 ? kind.singular : current.slice(0, at);
  if (at < 0 && !`${word}/`.startsWith(current)) return [];
  const start = at < 0 ? "" : current.slice(at + 1);
  const names = await objectNames({ ...asked, current: start }, kind);
  return plain(names.map((name) => `${word}/${name}`));
}

/** Names of the kind that stands before: `instance web-1`. */
export async function namesOf(word: string, asked: Asked): Promise<readonly Candidate[]> {
  const kind = findKind(word.split(",")[0] ?? "");
  return kind ? plain(await objectNames(asked, kind)) : [];
}

/** Objects as `KIND/NAME…` or `KIND NAME…`: whichever was begun. */
export async function objects(asked: Asked, only?: KindInfo): Promise<readonly Candidate[]> {
  const [first] = asked.positionals;
  if (first !== undefined && !first.includes("/") && findKind(first)) return namesOf(first, asked);
  return references(asked, only);
}

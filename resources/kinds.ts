import type { TSchema } from "typebox";
import { Hypervisor } from "./hypervisor.ts";
import { Image } from "./image.ts";
import { Instance } from "./instance.ts";
import { Namespace } from "./namespace.ts";

/** What every kind declares about itself; get, explain, completion, reference and role table read it from here. */
export interface KindInfo {
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  /** Words that name several kinds at once on the command line; `all` is what people make in a namespace. */
  readonly categories?: readonly string[];
  readonly namespaced: boolean;
  readonly spec: TSchema;
  readonly status: TSchema;
  /** `get` columns after NAME and before AGE: heading and path into the joined object; `wide` ones with -o wide. */
  readonly columns: readonly Column[];
  readonly description: string;
}
export interface Column {
  readonly heading: string;
  readonly path: string;
  readonly wide?: boolean;
}

export const KINDS: readonly KindInfo[] = [Instance, Hypervisor, Image, Namespace];

/** By kind, plural, singular or short name, case-insensitively. */
export function findKind(word: string): KindInfo | undefined {
  const wanted = word.toLowerCase();
  return KINDS.find((info) =>
    [info.kind.toLowerCase(), info.plural, info.singular, ...info.shortNames].includes(wanted),
  );
}

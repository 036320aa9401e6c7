import type { TSchema } from "typebox";
import { EventKind } from "./event.ts";
import { Flavor } from "./flavor.ts";
import { Hypervisor } from "./hypervisor.ts";
import { Image } from "./image.ts";
import { Instance } from "./instance.ts";
import { InstanceSet } from "./instance-set.ts";
import { Namespace } from "./namespace.ts";
import type { Problem } from "./problem.ts";
import { Secret } from "./secret.ts";

/** What every kind declares about itself; get, explain, completion, reference and role table read it from here. */
export interface KindInfo {
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  /** Words that name several kinds at once on the command line; `all` is what people make in a namespace. */
  readonly categories?: readonly string[];
  readonly namespaced: boolean;
  /** Where names of others are made from the name; absent: 63. */
  readonly maxNameLength?: number;
  readonly spec: TSchema;
  readonly status: TSchema;
  /** What the schema of the spec cannot say; the spec has passed it. `kinds`: all there are. */
  readonly rules?: (spec: unknown, kinds: readonly KindInfo[]) => readonly Problem[];
  /** Types of `status.conditions`. */
  readonly conditions?: Readonly<Record<string, string>>;
  /** `get` columns after NAME and before AGE: heading and path into the joined object; `wide` ones with -o wide. */
  readonly columns: readonly Column[];
  readonly description: string;
  /** Its own fields, of a kind that has no metadata, spec and status, and that nobody applies. */
  readonly fields?: Readonly<Record<string, TSchema>>;
}
export interface Column {
  readonly heading: string;
  readonly path: string;
  readonly wide?: boolean;
  /** Says what the object is in. A deletion under way stands here instead. */
  readonly isState?: boolean;
  /** What is shown for a value. */
  readonly words?: Readonly<Record<string, string>>;
  /** What an absent value of the spec means, where no default of the schema says it. */
  readonly absent?: string;
  /** `path` is that of a condition: its reason, while it is not True. */
  readonly isReason?: boolean;
}

/** What refers to others stands before them: deleted in this order, applied in the other. */
export const KINDS: readonly KindInfo[] = [InstanceSet, Instance, Hypervisor, Image, Flavor, Secret, Namespace];

/** Those and what can only be looked at. */
export const SHOWN_KINDS: readonly KindInfo[] = [...KINDS, EventKind];

/** By kind, plural, singular or short name, case-insensitively. */
export const findKind = (word: string): KindInfo | undefined => findAmong(KINDS, word);

/** The same, and what can only be looked at. */
export const findShownKind = (word: string): KindInfo | undefined => findAmong(SHOWN_KINDS, word);

function findAmong(kinds: readonly KindInfo[], word: string): KindInfo | undefined {
  const wanted = word.toLowerCase();
  return kinds.find((info) =>
    [info.kind.toLowerCase(), info.plural, info.singular, ...info.shortNames].includes(wanted),
  );
}

import { didYouMean } from "../../../resources/did-you-mean.ts";
import { kindPrefix, objectTail, PREFIX, specKey, statusKey } from "../../../resources/keys.ts";
import type { KindInfo } from "../../../resources/kinds.ts";
import { UsageError } from "../../config/usage-error.ts";

/** A right in etcd that something takes. A watch reads the whole range from its first to its last prefix. */
export type Need =
  | { readonly access: "read" | "write"; readonly key: string; readonly isPrefix: boolean }
  | { readonly access: "watch"; readonly prefixes: readonly [first: string, last: string] };

const READING = ["get", "list", "describe"] as const;
const WATCHING = ["watch", "wait"] as const;
const WRITING = [
  ...["create", "apply", "update", "replace", "patch", "edit", "label", "annotate", "scale", "delete", "prune"],
  ...["start", "stop", "restart", "recreate", "cordon", "uncordon", "recover", "rollout"],
] as const;
export const VERBS: readonly string[] = [...READING, ...WATCHING, ...WRITING, "*"];

/** A verb of ours or kubectl's, or `*`; UsageError for another. */
export function requireVerb(word: string): string {
  const verb = word.toLowerCase();
  if (VERBS.includes(verb)) return verb;
  throw new UsageError(`unknown verb "${word}"${didYouMean(word, VERBS) || `; known: ${VERBS.join(", ")}`}`);
}

/** What a question is about: all objects of a kind, in one namespace or (absent) everywhere, or one of them. */
export interface Subject {
  readonly kind: KindInfo | "events";
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/** Every right that the verb takes. */
export function needsOf(verb: string, subject: Subject): readonly Need[] {
  const { kind } = subject;
  if (kind === "events") return eventNeeds(verb);
  const reading = readNeeds({ ...subject, kind });
  if (READING.includes(verb as never)) return reading;
  const watching = [...reading, watchNeed({ ...subject, kind })];
  if (WATCHING.includes(verb as never)) return watching;
  const writing = writeNeed({ ...subject, kind });
  return verb === "*" ? [...watching, writing] : [...reading, writing];
}

type OfKind = Subject & { readonly kind: KindInfo };

/** The part of the keys that spec and status share. */
const placeOf = ({ kind, namespace }: OfKind): string =>
  kind.namespaced && namespace === undefined ? "ns/" : kindPrefix(kind, namespace ?? "");

function readNeeds(subject: OfKind): readonly Need[] {
  const { kind, namespace, name } = subject;
  const tail = name === undefined ? placeOf(subject) : objectTail(kind, namespace, name);
  return [specKey(tail), statusKey(tail)].map((key) => ({ access: "read", key, isPrefix: name === undefined }));
}

function watchNeed(subject: OfKind): Need {
  const place = placeOf(subject);
  return { access: "watch", prefixes: [specKey(place), statusKey(place)] };
}

function writeNeed(subject: OfKind): Need {
  const { kind, namespace, name } = subject;
  if (name === undefined) return { access: "write", key: specKey(placeOf(subject)), isPrefix: true };
  return { access: "write", key: specKey(objectTail(kind, namespace, name)), isPrefix: false };
}

/** Nobody but controllers writes events. */
function eventNeeds(verb: string): readonly Need[] {
  const access = [...READING, ...WATCHING].includes(verb as never) ? "read" : "write";
  return [{ access, key: PREFIX.events, isPrefix: true }];
}

/** `read spec/ns/team/instances/`. */
export const formatNeed = (need: Need): string =>
  need.access === "watch" ? `read everything from ${need.prefixes.join(" to ")}` : `${need.access} ${need.key}`;

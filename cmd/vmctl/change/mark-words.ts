import { Annotations, Labels } from "../../../resources/meta.ts";
import { formatProblem } from "../../../resources/problem.ts";
import { schemaProblems } from "../../../resources/validate.ts";
import { UsageError } from "../../config/usage-error.ts";
import { isOwnAnnotation, ownAnnotationMessage } from "./own-annotations.ts";

/** What `label` and `annotate` change. */
export type MarkField = "labels" | "annotations";

export interface MarkWords {
  /** What names the objects. */
  readonly objects: readonly string[];
  /** By key; `undefined` takes it away. In the order they were written. */
  readonly change: ReadonlyMap<string, string | undefined>;
}

const SCHEMA = { labels: Labels, annotations: Annotations } as const;

const isChange = (word: string): boolean => word.includes("=") || word.endsWith("-");

/** `KIND NAME… key=value… key-…`, as kubectl has it. UsageError for anything else, and for keys that are vmctl's own. */
export function parseMarkWords(words: readonly string[], field: MarkField): MarkWords {
  const at = words.findIndex(isChange);
  const objects = at < 0 ? words : words.slice(0, at);
  const changes = at < 0 ? [] : words.slice(at);
  const late = changes.find((word) => !isChange(word));
  if (late !== undefined) throw new UsageError(`objects come before the ${field}: "${late}" stands behind one`);
  const change = new Map<string, string | undefined>();
  for (const [key, value] of changes.map(parseChange)) {
    if (change.has(key)) throw new UsageError(`${key} is given twice`);
    checkKey(field, key, value);
    change.set(key, value);
  }
  return { objects, change };
}

function parseChange(word: string): readonly [key: string, value: string | undefined] {
  const at = word.indexOf("=");
  return at < 0 ? [word.slice(0, -1), undefined] : [word.slice(0, at), word.slice(at + 1)];
}

function checkKey(field: MarkField, key: string, value = ""): void {
  if (field === "annotations" && isOwnAnnotation(key)) throw new UsageError(`${key} ${ownAnnotationMessage(key)}`);
  // A `__proto__` of a literal would be no field.
  const [problem] = schemaProblems(SCHEMA[field], Object.fromEntries([[key, value]]));
  if (problem) throw new UsageError(formatProblem({ ...problem, path: [field, ...problem.path] }));
}

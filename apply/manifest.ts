import type { KindInfo } from "../resources/kinds.ts";
import type { Problem, ProblemPath } from "../resources/problem.ts";
import { type ManifestObject, validateManifest } from "../resources/validate.ts";
import type { ManifestProblem, Place } from "./manifest-problem.ts";
import { readYamlDocuments, type YamlDocument } from "./yaml-document.ts";

/** One object as a user wrote it, valid for itself. */
export interface Manifest {
  readonly kind: KindInfo;
  readonly object: ManifestObject;
  /** Where a field of it stands. */
  placeOf(path: ProblemPath): Place;
}
export interface ParsedManifests {
  readonly manifests: readonly Manifest[];
  readonly problems: readonly ManifestProblem[];
}

/** An object may have 256 KiB as JSON; as YAML with comments and indentation a document gets four times that. */
const DOCUMENT_LIMIT = 1024 * 1024;
const FILE_LIMIT = 64 * 1024 * 1024;

/**
 * Reads the manifests of one text (YAML with any number of documents, or JSON; a `List` counts as its items) and
 * judges each by itself. Every problem has its place. Never throws.
 */
export function parseManifests(text: string, file: string): ParsedManifests {
  const tooLarge = sizeProblem(text, file);
  if (tooLarge) return { manifests: [], problems: [tooLarge] };
  const parsed = readYamlDocuments(text).map((document) => parseDocument(document, file));
  return {
    manifests: parsed.flatMap(({ manifests }) => manifests),
    problems: parsed.flatMap(({ problems }) => problems),
  };
}

/** Found before anything is parsed: `---` at the start of a line ends a document whatever stands around it. */
function sizeProblem(text: string, file: string): ManifestProblem | undefined {
  if (text.length > FILE_LIMIT)
    return { place: { file }, path: [], message: `is larger than ${FILE_LIMIT} characters` };
  let line = 1;
  for (const document of text.split(/^(?=---)/m)) {
    if (document.length > DOCUMENT_LIMIT) {
      const message = `a document may have at most ${DOCUMENT_LIMIT} characters (got ${document.length})`;
      return { place: { file, line, column: 1 }, path: [], message };
    }
    line += document.split("\n").length - 1;
  }
  return undefined;
}

function parseDocument(document: YamlDocument, file: string): ParsedManifests {
  if ("problems" in document) {
    const problems = document.problems.map(({ position, message }) => ({
      place: { file, ...position },
      path: [],
      message,
    }));
    return { manifests: [], problems };
  }
  const placeOf = (path: ProblemPath): Place => ({ file, ...document.positionOf(path) });
  const items = listItems(document.value);
  if (!items) return judge(document.value, [], placeOf);
  const judged = items.map((item, index) => judge(item, ["items", index], placeOf));
  return { manifests: judged.flatMap((it) => it.manifests), problems: judged.flatMap((it) => it.problems) };
}

/** The items of what `get -o yaml` prints for several objects. */
function listItems(value: unknown): readonly unknown[] | undefined {
  const { kind, items } = (value ?? {}) as { kind?: unknown; items?: unknown };
  return kind === "List" && Array.isArray(items) ? items : undefined;
}

function judge(value: unknown, base: ProblemPath, placeOf: (path: ProblemPath) => Place): ParsedManifests {
  const verdict = validateManifest(value);
  const placed = (problem: Problem) => ({ ...problem, place: placeOf([...base, ...problem.path]) });
  if (!verdict.ok) return { manifests: [], problems: verdict.problems.map(placed) };
  const { kind, object } = verdict;
  return { manifests: [{ kind, object, placeOf: (path) => placeOf([...base, ...path]) }], problems: [] };
}

import { readFile } from "node:fs/promises";
import { formatManifestProblem, type Place } from "../../../apply/manifest-problem.ts";
import { applyJsonPatch, type Operation, parseJsonPatch } from "../../../apply/patch/json-patch.ts";
import { mergePatch } from "../../../apply/patch/merge-patch.ts";
import { readYamlDocuments, type YamlDocument } from "../../../apply/yaml-document.ts";
import { didYouMean } from "../../../resources/did-you-mean.ts";
import { formatProblem, type Problem } from "../../../resources/problem.ts";
import { CodedError, messageOf } from "../../../runtime/errors.ts";
import { UsageError } from "../../config/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import { EXIT } from "../exit-code.ts";
import { InvalidChange } from "./change-refused.ts";

const TYPES = ["merge", "json"] as const;
export type PatchType = (typeof TYPES)[number];

/** The patch as it was written; `file` is absent for one of the command line. */
export interface PatchText {
  readonly text: string;
  readonly file?: string;
}
/** A patch that can be applied to any document. */
export interface PatchRequest {
  /** Throws InvalidChange, or CodedError `Conflict` when a test operation fails. Pure. */
  readonly apply: (document: unknown) => unknown;
  /** A problem of the patched object, with its place in a patch file that says the field. */
  readonly format: (problem: Problem) => string;
}

export function parsePatchType(text = "merge"): PatchType {
  const type = TYPES.find((known) => known === text);
  if (type) return type;
  const there = "there is merge (RFC 7396: lists are replaced whole) and json (RFC 6902)";
  if (text === "strategic")
    throw new UsageError(`--type=strategic is Kubernetes' own: ${there}; apply merges lists by their keys`);
  throw new UsageError(`--type=${text}: ${there}${didYouMean(text, TYPES)}`);
}

/** From `-p` or `--patch-file`: one of them. UsageError, or CommandFailure for a file that cannot be read. */
export async function readPatchText({ patch, patchFile }: { patch?: string; patchFile?: string }): Promise<PatchText> {
  if ((patch === undefined) === (patchFile === undefined))
    throw new UsageError("which patch? One of -p PATCH and --patch-file FILE");
  if (patchFile === undefined) return { text: patch ?? "" };
  try {
    return { text: await readFile(patchFile, "utf8"), file: patchFile };
  } catch (error) {
    throw new CommandFailure(EXIT.failed, `cannot read ${patchFile}: ${messageOf(error)}`, { cause: error });
  }
}

/** CommandFailure with every problem of the patch itself. */
export function parsePatch(patch: PatchText, type: PatchType): PatchRequest {
  const document = oneDocument(patch);
  if (type === "merge") return mergeRequest(document, patch);
  const parsed = parseJsonPatch(document.value);
  const format = (problem: Problem) => operationProblem(patch, document, problem);
  if (!parsed.ok) throw invalid(parsed.problems.map(format));
  return { apply: (it) => jsonPatched(it, parsed.operations, format), format: formatProblem };
}

type Readable = Extract<YamlDocument, { value: unknown }>;

function oneDocument(patch: PatchText): Readable {
  const [first, ...more] = readYamlDocuments(patch.text);
  if (!first || more.length > 0) throw invalid([`one document expected, as JSON or YAML`]);
  if ("value" in first) return first;
  throw invalid(first.problems.map(({ position, message }) => inFile(patch, { path: [], message }, position)));
}

function inFile({ file = "patch" }: PatchText, problem: Problem, position: Omit<Place, "file">): string {
  return formatManifestProblem({ ...problem, place: { file, ...position } });
}

/** `patch[0].path must be …`. */
function operationProblem(patch: PatchText, document: Readable, { path, ...problem }: Problem): string {
  const named = { ...problem, path: ["patch", ...path] };
  return patch.file === undefined ? formatProblem(named) : inFile(patch, named, document.positionOf(path));
}

function mergeRequest(document: Readable, patch: PatchText): PatchRequest {
  const { value } = document;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid(["a merge patch is an object such as {spec: {hostname: web}}; a list of operations is --type=json"]);
  const placed = (problem: Problem) => inFile(patch, problem, document.positionOf(problem.path));
  const format = patch.file === undefined ? formatProblem : placed;
  return { apply: (it) => mergePatch(it, value), format };
}

function jsonPatched(
  document: unknown,
  operations: readonly Operation[],
  format: (problem: Problem) => string,
): unknown {
  const patched = applyJsonPatch(document, operations);
  if (patched.ok) return patched.document;
  if (patched.isTest) throw new CodedError("Conflict", format(patched.problem));
  throw new InvalidChange([{ path: [], message: format(patched.problem) }]);
}

function invalid(lines: readonly string[]): CommandFailure {
  const [first = ""] = lines;
  const reason = "Invalid";
  if (lines.length === 1) return new CommandFailure(EXIT.failed, `nothing was changed: ${first}`, { reason });
  return new CommandFailure(EXIT.failed, `${lines.length} problems in the patch: nothing was changed`, {
    reason,
    lines,
  });
}

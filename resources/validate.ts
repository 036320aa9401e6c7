import { type TSchema, Type } from "typebox";
import { closestWord } from "./closest-word.ts";
import { compileSchema } from "./compile-schema.ts";
import { explainErrors } from "./explain-errors.ts";
import { KINDS, type KindInfo } from "./kinds.ts";
import { API_VERSION, Metadata } from "./meta.ts";
import { metadataProblems } from "./metadata-rules.ts";
import type { Problem } from "./problem.ts";

/** A manifest that passed: what a user wrote, with `spec` an object even when it was left out. */
export interface ManifestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec: Readonly<Record<string, unknown>>;
}

export type ManifestVerdict =
  | { readonly ok: true; readonly kind: KindInfo; readonly object: ManifestObject }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** The largest text stored under one key. */
export const OBJECT_LIMIT = 256 * 1024;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Everything a manifest may be refused for without looking at the store. A `status` (from `get -o yaml`) is left
 * out; everything else unknown is a problem.
 */
export function validateManifest(value: unknown): ManifestVerdict {
  if (!isRecord(value))
    return refused([{ path: [], message: "must be an object with apiVersion, kind, metadata, spec" }]);
  const kind = KINDS.find((info) => info.kind === value["kind"]);
  const isOurs = value["apiVersion"] === API_VERSION;
  // Each is told: whoever mends one of them should not meet the other afterwards.
  if (!isOurs || !kind)
    return refused([
      ...(isOurs ? [] : [apiVersionProblem(value["apiVersion"])]),
      ...(kind ? [] : [kindProblem(value["kind"])]),
    ]);
  const { status: _left, ...manifest }: Record<string, unknown> = { spec: {}, ...value };
  const problems = schemaProblems(envelopeOf(kind), manifest);
  if (problems.length > 0) return refused(problems);
  const object = manifest as unknown as ManifestObject;
  const more = [
    ...placeProblems(kind, object),
    ...metadataProblems(kind, object.metadata),
    ...specProblems(kind, object.spec),
    ...sizeProblems(object),
  ];
  return more.length > 0 ? refused(more) : { ok: true, kind, object };
}

/** The rules of a kind that its schema cannot say. The spec has passed the schema. */
export function specProblems(kind: KindInfo, spec: unknown): Problem[] {
  return [...(kind.rules?.(spec, KINDS) ?? [])];
}

const refused = (problems: readonly Problem[]): ManifestVerdict => ({ ok: false, problems });

/** What is wrong with a value by its schema. */
export function schemaProblems(schema: TSchema, value: unknown): Problem[] {
  const validate = compileSchema(schema);
  return validate(value) ? [] : explainErrors(validate.errors ?? [], value);
}

const envelopes = new Map<KindInfo, TSchema>();

function envelopeOf(kind: KindInfo): TSchema {
  const known = envelopes.get(kind);
  if (known) return known;
  const envelope = Type.Object(
    { apiVersion: Type.Literal(API_VERSION), kind: Type.Literal(kind.kind), metadata: Metadata, spec: kind.spec },
    { additionalProperties: false },
  );
  envelopes.set(kind, envelope);
  return envelope;
}

function apiVersionProblem(found: unknown): Problem {
  if (found === undefined) return { path: ["apiVersion"], message: `is required: ${API_VERSION}` };
  return { path: ["apiVersion"], message: `must be ${API_VERSION} (got ${JSON.stringify(found)})` };
}

function kindProblem(found: unknown): Problem {
  const kinds = KINDS.map((info) => info.kind);
  if (found === undefined) return { path: ["kind"], message: `is required: one of ${kinds.join(", ")}` };
  const suggestion = typeof found === "string" ? closestWord(found, kinds) : undefined;
  const message = `must be one of ${kinds.join(", ")} (got ${JSON.stringify(found)})`;
  return { path: ["kind"], message, ...(suggestion === undefined ? {} : { suggestion }) };
}

function placeProblems(kind: KindInfo, object: ManifestObject): Problem[] {
  if (kind.namespaced || object.metadata.namespace === undefined) return [];
  return [{ path: ["metadata", "namespace"], message: `is not for ${kind.plural}: they belong to the whole cluster` }];
}

function sizeProblems(object: ManifestObject): Problem[] {
  const bytes = Buffer.byteLength(JSON.stringify(object));
  if (bytes <= OBJECT_LIMIT) return [];
  return [{ path: [], message: `must have at most ${OBJECT_LIMIT} bytes as JSON (got ${bytes})` }];
}

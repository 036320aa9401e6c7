import { type TSchema, Type } from "typebox";
import { type Decode, decodeWith, disagrees } from "./decode.ts";
import { PREFIX, parseTail } from "./keys.ts";
import type { KindInfo } from "./kinds.ts";
import { API_VERSION, Metadata, type StoredObject, Timestamp, UID_PATTERN, Uid } from "./meta.ts";
import { openSchema } from "./open-schema.ts";
import { formatProblem } from "./problem.ts";
import { StatusRecord, UidRecord } from "./status-record.ts";
import { schemaProblems, specProblems } from "./validate.ts";
import { currentDocument, currentStatus } from "./versions.ts";

const StoredMetadataSchema = Type.Object({
  ...Metadata.properties,
  uid: Uid,
  generation: Type.Integer({ minimum: 1 }),
  creationTimestamp: Timestamp,
});
const HeadMetadataSchema = Type.Object({ ...StoredMetadataSchema.properties, uid: Type.Optional(Type.Unknown()) });

const storedSchema = (kind: KindInfo, metadata: TSchema, spec: TSchema): TSchema =>
  Type.Object({
    apiVersion: Type.Literal(API_VERSION),
    kind: Type.Literal(kind.kind),
    metadata,
    spec,
  });

/** What is wrong with the key for an object of this kind and name; `undefined` when they agree. */
function placeProblem(kind: KindInfo, prefix: string, key: string, metadata: Metadata): string | undefined {
  const tail = key.startsWith(prefix) ? parseTail(key.slice(prefix.length)) : undefined;
  if (tail?.plural !== kind.plural) return disagrees(`no ${kind.singular} lives there`);
  if (tail.name !== metadata.name) return disagrees(`metadata.name is ${JSON.stringify(metadata.name)}`);
  if (tail.namespace !== metadata.namespace)
    return disagrees(`metadata.namespace is ${JSON.stringify(metadata.namespace)}`);
  return undefined;
}

/** One decoder for each kind: compiling its schema takes tens of milliseconds, and what was compiled is never freed. */
function oncePerKind<T>(make: (kind: KindInfo) => Decode<T>): (kind: KindInfo) => Decode<T> {
  const made = new WeakMap<KindInfo, Decode<T>>();
  return (kind) => {
    const decode = made.get(kind) ?? make(kind);
    made.set(kind, decode);
    return decode;
  };
}

/** A `spec/` value: schema, the kind's rules and the key all agree. */
export const decodeStoredObject = <Spec = unknown>(kind: KindInfo): Decode<StoredObject<Spec>> =>
  storedObjectDecoder(kind) as Decode<StoredObject<Spec>>;

const storedObjectDecoder = oncePerKind((kind) => {
  const schema = storedSchema(kind, StoredMetadataSchema, kind.spec);
  const agrees = (key: string, object: StoredObject) => {
    const misplaced = placeProblem(kind, PREFIX.spec, key, object.metadata);
    if (misplaced !== undefined) return misplaced;
    const [problem] = specProblems(kind, object.spec);
    return problem && formatProblem(problem);
  };
  return decodeWith(schema, agrees, currentDocument);
});

/** An object whose identity and spec nobody has judged yet. */
export type StoredHead = Omit<StoredObject, "metadata"> & {
  readonly metadata: Metadata & { readonly generation: number; readonly creationTimestamp: string };
};

/**
 * For those who report on what decodeStoredObject refuses (S1, S8): the uid may be missing (a malformed one counts as
 * missing), the spec may be nonsense (see storedSpecProblem). Nothing may be built from it.
 */
export const decodeStoredHead = oncePerKind((kind): Decode<StoredHead> => {
  const agrees = (key: string, { metadata }: StoredHead) => placeProblem(kind, PREFIX.spec, key, metadata);
  const decode = decodeWith(storedSchema(kind, HeadMetadataSchema, Type.Unknown()), agrees, currentDocument);
  return (key, text) => {
    const decoded = decode(key, text);
    if (!decoded.ok || isUid(decoded.value.metadata.uid)) return decoded;
    const { uid: _malformed, ...metadata } = decoded.value.metadata;
    return { ok: true, value: { ...decoded.value, metadata } };
  };
});

const isUid = (value: unknown): boolean => typeof value === "string" && new RegExp(UID_PATTERN).test(value);

/**
 * What is wrong with a stored spec, in one line: schema and rules of its kind, but fields nobody knows are fine (a
 * newer vmctl may have stored them).
 */
export function storedSpecProblem(kind: KindInfo, spec: unknown): string | undefined {
  const problems = schemaProblems(openSchema(kind.spec), spec).map((it) => ({ ...it, path: ["spec", ...it.path] }));
  const all = problems.length > 0 ? problems : specProblems(kind, spec);
  return all.length === 0 ? undefined : all.map(formatProblem).join("; ");
}

/** A `status/` value of an object of this kind. It has no name in it: the key alone says whose it is. */
export const decodeStatusRecord = <Status = unknown>(kind: KindInfo): Decode<StatusRecord<Status>> =>
  statusDecoder(kind) as Decode<StatusRecord<Status>>;

const statusDecoder = oncePerKind((kind) => {
  const schema = Type.Object({ ...StatusRecord.properties, status: kind.status });
  const agrees = (key: string) => {
    const tail = key.startsWith(PREFIX.status) ? parseTail(key.slice(PREFIX.status.length)) : undefined;
    return tail?.plural === kind.plural ? undefined : disagrees(`no ${kind.singular} lives there`);
  };
  return decodeWith<StatusRecord>(schema, agrees, (stored) => currentStatus(kind.kind, stored));
});

export const decodeUidRecord: Decode<UidRecord> = decodeWith<UidRecord>(UidRecord, (key, record) => {
  if (!/^uids\/[0-9a-f-]{36}$/.test(key)) return disagrees("it names no uid");
  return parseTail(record.tail) ? undefined : "tail is no place of an object";
});

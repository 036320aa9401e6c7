import type { Decode } from "../../resources/decode.ts";
import {
  decodeAlive,
  decodeAssignedHost,
  decodeAssignedInstance,
  decodeObservedHost,
  decodeObservedInstance,
} from "../../resources/decode-host-records.ts";
import { decodeStatusRecord, decodeStoredHead, decodeUidRecord } from "../../resources/decode-object.ts";
import { parseTail } from "../../resources/keys.ts";
import { KINDS, type KindInfo } from "../../resources/kinds.ts";
import { decodePlacementReview } from "../../resources/placement-review.ts";
import { decodeUnsealingKey } from "../../resources/sealing/decode-keys.ts";
import { decodeTemplateRevision } from "../../resources/template-revision.ts";
import type { ClusterRecord, RecordType } from "./cluster-record.ts";

type Decoded = ReturnType<Decode<ClusterRecord>>;

/** Which record a key holds; first match wins. Null: a key that is kept, but not read. */
const RECORDS: readonly (readonly [RegExp, RecordType, Decode<unknown> | null])[] = [
  // Uid and spec are judged later (identity, specProblem), so that what is wrong with them becomes a condition.
  [/^spec\//, "spec", byKind("spec/", decodeStoredHead)],
  [/^status\//, "status", byKind("status/", decodeStatusRecord)],
  [/^uids\//, "uid", decodeUidRecord],
  [/^assigned\/[^/]+\/instances\//, "assignedInstance", decodeAssignedInstance],
  [/^assigned\/[^/]+\/host$/, "assignedHost", decodeAssignedHost],
  [/^assigned\//, "other", null],
  [/^observed\/[^/]+\/instances\//, "observedInstance", decodeObservedInstance],
  [/^observed\/[^/]+\/host$/, "observedHost", decodeObservedHost],
  [/^observed\//, "other", null],
  [/^alive\//, "alive", decodeAlive],
  [/^reviews\//, "review", decodePlacementReview],
  [/^review-answers\//, "other", null],
  [/^placement\/(groups|quota)\//, "other", null],
  [/^vault\//, "unsealingKey", decodeUnsealingKey],
  [/^revisions\//, "revision", decodeTemplateRevision],
];

/** Decodes any key that controllers watch. What does not decode is refused with its problem (S8). */
export function decodeRecord(key: string, text: string): Decoded {
  const row = RECORDS.find(([pattern]) => pattern.test(key));
  if (!row) return { ok: false, problem: `no record of ours belongs under ${key}` };
  const [, type, decode] = row;
  if (decode === null) return { ok: true, value: { type: "other" } };
  const decoded = decode(key, text);
  return decoded.ok ? { ok: true, value: { type, value: decoded.value } as ClusterRecord } : decoded;
}

function byKind(prefix: string, decoderFor: (kind: KindInfo) => Decode<unknown>): Decode<unknown> {
  const decoders = new Map(KINDS.map((kind) => [kind.plural, decoderFor(kind)]));
  return (key, text) => {
    const plural = parseTail(key.slice(prefix.length))?.plural;
    const decode = decoders.get(plural ?? "");
    return decode ? decode(key, text) : { ok: false, problem: `no kind is stored under ${key}` };
  };
}

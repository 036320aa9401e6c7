import type { Condition } from "../../resources/conditions.ts";
import type { Decode } from "../../resources/decode.ts";
import {
  decodeStatusRecord,
  decodeStoredHead,
  type StoredHead,
  storedSpecProblem,
} from "../../resources/decode-object.ts";
import { REASON } from "../../resources/instance-status.ts";
import { parseTail, specKey, statusKey } from "../../resources/keys.ts";
import type { KindInfo } from "../../resources/kinds.ts";
import type { Metadata } from "../../resources/meta.ts";
import type { StatusRecord } from "../../resources/status-record.ts";
import type { Entry } from "../store.ts";
import { type JoinedObject, joined } from "./joined-object.ts";

/** What stands under the two keys of one object. */
export interface ObjectEntries {
  readonly spec?: Entry | undefined;
  readonly status?: Entry | undefined;
}

const joins = new WeakMap<KindInfo, ObjectJoin>();

/** The join of a kind, made once: compiling its decoders takes tens of milliseconds, also for each of many reads. */
export function objectJoin(kind: KindInfo): ObjectJoin {
  const known = joins.get(kind) ?? new ObjectJoin(kind);
  joins.set(kind, known);
  return known;
}

/** Joins the two keys of an object by uid. Pure; one per kind (see objectJoin), it keeps the kind's decoders. */
export class ObjectJoin {
  readonly #kind: KindInfo;
  readonly #decodeHead: Decode<StoredHead>;
  readonly #decodeStatus: Decode<StatusRecord>;

  constructor(kind: KindInfo) {
    this.#kind = kind;
    this.#decodeHead = decodeStoredHead(kind);
    this.#decodeStatus = decodeStatusRecord(kind);
  }

  /**
   * `undefined` when there is nothing to show. A record that cannot be read never hides the other half, and an
   * object that cannot be read is shown by its name with `Accepted=False/Invalid`, because only what is seen can be
   * mended.
   */
  join(tail: string, { spec, status }: ObjectEntries): JoinedObject | undefined {
    const record = status && this.#decodeStatus(statusKey(tail), status.value);
    const known = record?.ok ? record.value : undefined;
    if (!spec) return known?.uid === undefined ? undefined : this.#specMissing(tail, known, known.uid);
    const head = this.#decodeHead(specKey(tail), spec.value);
    if (!head.ok) return this.#unreadable(tail, spec, head.problem);
    const quarantined = record && !record.ok ? unreadableStatus(statusKey(tail), record.problem) : undefined;
    return this.#whole(head.value, spec, known, quarantined);
  }

  #whole(head: StoredHead, entry: Entry, record: StatusRecord | undefined, quarantined: unknown): JoinedObject {
    const metadata: Metadata = { ...head.metadata, resourceVersion: String(entry.modRevision) };
    const status = statusFor(head.metadata.uid, record) ?? quarantined ?? this.#ownJudgement(head);
    const isAdmitted = record?.uid !== undefined && record.uid === head.metadata.uid;
    return joined(this.#kind, {
      metadata: isAdmitted ? withDeletion(metadata, record) : metadata,
      spec: head.spec,
      ...(status === undefined ? {} : { status }),
    });
  }

  /** S4: it still runs and still counts; what was accepted last is its spec. */
  #specMissing(tail: string, record: StatusRecord, uid: string): JoinedObject {
    const { generation, labels, annotations, spec = {} } = record.accepted ?? {};
    const metadata: Metadata = {
      ...nameOf(tail),
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      uid,
      ...(generation !== undefined && { generation }),
    };
    return joined(this.#kind, { metadata: withDeletion(metadata, record), spec, status: record.status });
  }

  #unreadable(tail: string, entry: Entry, problem: string): JoinedObject {
    const metadata: Metadata = { ...nameOf(tail), resourceVersion: String(entry.modRevision) };
    return joined(this.#kind, { metadata, spec: {}, status: invalid(problem) });
  }

  /** While no controller has said a word: what is obviously wrong. */
  #ownJudgement(head: StoredHead): unknown {
    const problem = storedSpecProblem(this.#kind, head.spec);
    return problem === undefined ? undefined : invalid(problem);
  }
}

const invalid = (message: string) => ({
  conditions: [{ type: "Accepted", status: "False", reason: REASON.invalid, message }],
});

/** S8: controllers leave such a record alone, so only a reader can tell of it. */
const unreadableStatus = (key: string, problem: string) => ({
  conditions: [
    {
      type: "Ready",
      status: "Unknown",
      reason: REASON.quarantined,
      message: `${key} cannot be read (${problem}): put the key right, or remove it, then controllers write it again`,
    },
  ],
});

function nameOf(tail: string): { name: string; namespace?: string } {
  const { name = tail, namespace } = parseTail(tail) ?? {};
  return { name, ...(namespace === undefined ? {} : { namespace }) };
}

/** S3: a deletion that was recorded counts, whatever became of the spec key. */
function withDeletion(metadata: Metadata, record: StatusRecord): Metadata {
  if (!record.deletion || metadata.deletionTimestamp !== undefined) return metadata;
  return { ...metadata, deletionTimestamp: record.deletion.requestedAt };
}

/**
 * Of a record about another uid (S2) only why this one is not accepted may be shown: its phase and addresses are
 * somebody else's. A record without uid is about whatever stands in spec.
 */
function statusFor(uid: string | undefined, record: StatusRecord | undefined): unknown {
  if (!record) return undefined;
  if (record.uid === undefined || record.uid === uid) return record.status;
  const { conditions = [] } = (record.status ?? {}) as { conditions?: readonly Condition[] };
  const refusal = conditions.filter(({ type, status }) => type === "Accepted" && status === "False");
  return refusal.length > 0 ? { conditions: refusal } : undefined;
}

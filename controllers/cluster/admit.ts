import type { Condition, ConditionFact } from "../../resources/conditions.ts";
import { setCondition } from "../../resources/conditions.ts";
import { REASON } from "../../resources/instance-status.ts";
import { specKey, statusKey, uidKey } from "../../resources/keys.ts";
import type { StoredObject } from "../../resources/meta.ts";
import type { StatusRecord, UidRecord } from "../../resources/status-record.ts";
import type { Compare, Write } from "../../store/store.ts";
import { emptyPart, type TransactionPart } from "../../store/transaction-part.ts";
import { acceptedFrom } from "./accepted-spec.ts";
import { admittedUidPart, recordedUid } from "./admitted-uid.ts";
import type { Barred } from "./barred.ts";
import type { ClusterView, Seen } from "./cluster-view.ts";
import { asSeen } from "./commit.ts";
import { deletionAsked } from "./deletion-asked.ts";
import { type Identity, identify } from "./identity.ts";

/** The status part that every kind has. */
export interface PlainStatus {
  readonly observedGeneration?: number;
  readonly conditions?: readonly Condition[];
}

export interface ObjectFacts<Status extends PlainStatus> {
  readonly tail: string;
  readonly identity: Identity;
  readonly spec: Seen<StoredObject> | undefined;
  readonly status: Seen<StatusRecord<Status>> | undefined;
  /** Of the uid that is or would be admitted. */
  readonly owner: Seen<UidRecord> | undefined;
}

export function readObject<Status extends PlainStatus>(view: ClusterView, tail: string): ObjectFacts<Status> {
  const spec = view.spec(tail);
  const status = view.status(tail) as Seen<StatusRecord<Status>> | undefined;
  const identity = identify({ tail, spec, status, uidOwner: view.ownerOfUid(spec) });
  return { tail, spec, status, identity, owner: recordedUid(view, spec, status) };
}

export interface Judgement {
  /** What is wrong with the spec. */
  readonly invalid: string | undefined;
  /** Why nothing new may come in; of no concern to what is in. */
  readonly bar?: Barred | undefined;
  readonly now: string;
}

/**
 * Admission (S1 to S4) of an object: the record as it should be now, or `undefined` when nothing of it is left to keep
 * (never admitted, and asked to go or gone). Pure. The caller adds its own status and writes it with admissionPart.
 */
export function admit<Status extends PlainStatus>(
  facts: ObjectFacts<Status>,
  { invalid, bar, now }: Judgement,
): StatusRecord<Status> | undefined {
  const { spec } = facts;
  const old = facts.status?.value;
  const isNew = old?.uid === undefined;
  if (isNew && (!spec || spec.value.metadata.deletionTimestamp)) return undefined;
  const base = old ?? firstRecord<Status>(spec);
  const refusal = refusalOf(facts.identity, invalid, isNew ? bar : undefined);
  if (refusal || !spec) return judged(base, refusal ?? ADMITTED, now);
  const record = judged(believe(base, spec), ADMITTED, now);
  return { ...record, status: { ...record.status, observedGeneration: spec.value.metadata.generation } };
}

const firstRecord = <Status>(spec: Seen<StoredObject> | undefined): StatusRecord<Status> => ({
  specCreateRevision: spec?.createRevision ?? 0,
  status: {} as Status,
});

const ADMITTED: ConditionFact = { type: "Accepted", status: "True", reason: REASON.admitted };

function refusalOf(
  identity: Identity,
  invalid: string | undefined,
  bar: Barred | undefined,
): ConditionFact | undefined {
  const wrong = invalid === undefined ? bar : { reason: REASON.invalid, message: invalid };
  const why = identity.kind === "refused" ? identity : wrong;
  return why && { type: "Accepted", status: "False", reason: why.reason, message: why.message };
}

function judged<Status extends PlainStatus>(
  record: StatusRecord<Status>,
  accepted: ConditionFact,
  now: string,
): StatusRecord<Status> {
  const conditions = setCondition(record.status.conditions ?? [], accepted, now);
  return { ...record, status: { ...record.status, conditions } };
}

function believe<Status>(record: StatusRecord<Status>, spec: Seen<StoredObject>): StatusRecord<Status> {
  const { uid } = spec.value.metadata;
  const deletion = record.deletion ?? deletionAsked(spec.value.metadata);
  return {
    ...record,
    uid,
    specCreateRevision: spec.createRevision,
    accepted: acceptedFrom(spec.value),
    ...(deletion ? { deletion } : {}),
  };
}

/** Writes the record, claiming the uid with it the first time. Empty when nothing changed. */
export function admissionPart<Status extends PlainStatus>(
  facts: ObjectFacts<Status>,
  record: StatusRecord<Status>,
): TransactionPart | undefined {
  if (JSON.stringify(record) === JSON.stringify(facts.status?.value)) return undefined;
  const writes: Write[] = [{ op: "put", key: statusKey(facts.tail), value: JSON.stringify(record) }];
  const uid = record.uid ? admittedUidPart(facts, record.uid) : emptyPart;
  return { compares: [...seen(facts), ...uid.compares], writes: [...writes, ...uid.writes] };
}

/** S5: spec, status and uid of an object go together. */
export function removalOf(facts: ObjectFacts<PlainStatus>): TransactionPart {
  const uid = facts.status?.value.uid;
  const ours = facts.spec && facts.identity.kind !== "refused";
  return {
    compares: seen(facts),
    writes: [
      ...(ours ? [{ op: "delete", key: specKey(facts.tail) } as const] : []),
      ...(facts.status ? [{ op: "delete", key: statusKey(facts.tail) } as const] : []),
      ...(uid ? [{ op: "delete", key: uidKey(uid) } as const] : []),
    ],
  };
}

const seen = (facts: ObjectFacts<PlainStatus>): Compare[] => [
  asSeen(specKey(facts.tail), facts.spec),
  asSeen(statusKey(facts.tail), facts.status),
];

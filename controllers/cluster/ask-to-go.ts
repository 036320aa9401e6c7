import { specKey, statusKey } from "../../resources/keys.ts";
import type { OwnerReference } from "../../resources/meta.ts";
import { ANNOTATION, type StoredObject } from "../../resources/meta.ts";
import type { Cascade, StatusRecord } from "../../resources/status-record.ts";
import type { Compare, Write } from "../../store/store.ts";
import { emptyPart, type TransactionPart } from "../../store/transaction-part.ts";
import type { ObjectFacts, PlainStatus } from "./admit.ts";
import { asSeen } from "./commit.ts";
import { ownersOf } from "./ownership.ts";

/**
 * Records the deletion of an object because that of its owner or its namespace is on record: in the status of what was
 * admitted (S3), and, so that nobody changes it meanwhile, in the spec key if that is believed. An object that nobody
 * admitted has only the spec key. Protection is the caller's to look at.
 */
export function deletionPart(
  facts: ObjectFacts<PlainStatus>,
  { cascade, now }: { readonly cascade: Cascade; readonly now: string },
): TransactionPart {
  const { status } = facts;
  const writes: Write[] = [];
  const spec = believedSpec(facts);
  if (spec && spec.metadata.deletionTimestamp === undefined) writes.push(putSpec(facts, asked(spec, cascade, now)));
  if (status?.value.uid !== undefined && !status.value.deletion) {
    const deletion = { requestedAt: now, ...(cascade === "background" ? {} : { cascade }) };
    writes.push(putStatus(facts, { ...status.value, deletion }));
  }
  return writes.length === 0 ? emptyPart : { compares: seen(facts), writes };
}

/** Takes the reference to one owner away; of an object whose spec key is gone (S4), from what was accepted. */
export function releasePart(facts: ObjectFacts<PlainStatus>, owner: string): TransactionPart {
  const references = ownersOf(facts).filter(({ uid }) => uid !== owner);
  const spec = believedSpec(facts);
  if (spec) {
    const metadata = withOwners(spec.metadata, references);
    return { compares: seen(facts), writes: [putSpec(facts, { ...spec, metadata })] };
  }
  const record = facts.status?.value;
  if (!record?.accepted) return emptyPart;
  const accepted = withOwners(record.accepted, references);
  return { compares: seen(facts), writes: [putStatus(facts, { ...record, accepted })] };
}

/** No owners and an empty list are the same. */
export function withOwners<T extends { ownerReferences?: OwnerReference[] }>(
  value: T,
  references: readonly OwnerReference[],
): T {
  const { ownerReferences: _old, ...rest } = value;
  return (references.length === 0 ? rest : { ...rest, ownerReferences: [...references] }) as T;
}

const believedSpec = ({ identity, spec }: ObjectFacts<PlainStatus>): StoredObject | undefined =>
  identity.kind === "refused" ? undefined : spec?.value;

function asked(spec: StoredObject, cascade: Cascade, now: string): StoredObject {
  const metadata = { ...spec.metadata, deletionTimestamp: now };
  if (cascade === "background") return { ...spec, metadata };
  return {
    ...spec,
    metadata: { ...metadata, annotations: { ...metadata.annotations, [ANNOTATION.cascade]: cascade } },
  };
}

const seen = (facts: ObjectFacts<PlainStatus>): Compare[] => [
  asSeen(statusKey(facts.tail), facts.status),
  ...(facts.spec ? [asSeen(specKey(facts.tail), facts.spec)] : []),
];

const putSpec = ({ tail }: ObjectFacts<PlainStatus>, object: StoredObject): Write => ({
  op: "put",
  key: specKey(tail),
  value: JSON.stringify(object),
});
const putStatus = ({ tail }: ObjectFacts<PlainStatus>, record: StatusRecord): Write => ({
  op: "put",
  key: statusKey(tail),
  value: JSON.stringify(record),
});

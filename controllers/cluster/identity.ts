import { REASON } from "../../resources/instance-status.ts";
import { ANNOTATION, type StoredObject } from "../../resources/meta.ts";
import type { StatusRecord } from "../../resources/status-record.ts";

/** What the identity rules look at: the two keys of one object and who owns the uid the spec claims. */
export interface IdentityFacts {
  readonly tail: string;
  readonly spec: { readonly value: StoredObject; readonly createRevision: number } | undefined;
  readonly status: { readonly value: StatusRecord } | undefined;
  /** Tail of the object that owns the spec's uid, by `uids/<uid>`. */
  readonly uidOwner: string | undefined;
}

export type Identity =
  /** Nothing there, or nothing that was ever admitted. */
  | { readonly kind: "gone" }
  /** New and in order: may be admitted. */
  | { readonly kind: "new" }
  /** Admitted, and the spec key is the one that was. */
  | { readonly kind: "admitted" }
  /** As admitted, but written again by `vmctl recover`: the create revision is to be taken over. */
  | { readonly kind: "recovered" }
  /** Not to be believed; what was admitted (if anything) stays in force. */
  | { readonly kind: "refused"; readonly reason: string; readonly message: string };

const refused = (reason: string, message: string): Identity => ({ kind: "refused", reason, message });

/**
 * Rules S1, S2 and S4 of the architecture: which uid counts. Pure; the caller writes what follows from it.
 */
export function identify(facts: IdentityFacts): Identity {
  const admittedUid = facts.status?.value.uid;
  if (admittedUid === undefined) return identifyNew(facts);
  if (!facts.spec)
    return refused(
      REASON.specMissing,
      "the spec key is gone without a deletion; nothing is removed. `vmctl recover` writes it again, `vmctl delete` makes it a real deletion",
    );
  return identifyAdmitted(facts.spec, facts.status?.value as StatusRecord, admittedUid);
}

function identifyNew(facts: IdentityFacts): Identity {
  if (!facts.spec) return { kind: "gone" };
  const uid = facts.spec.value.metadata.uid;
  if (!uid) return refused(REASON.uidMissing, "metadata.uid is missing: objects are created by `vmctl apply`");
  if (facts.uidOwner !== undefined && facts.uidOwner !== facts.tail)
    return refused(
      REASON.uidTaken,
      `metadata.uid ${uid} belongs to ${facts.uidOwner}: was a manifest copied with its uid?`,
    );
  return { kind: "new" };
}

function identifyAdmitted(
  spec: NonNullable<IdentityFacts["spec"]>,
  status: StatusRecord,
  admittedUid: string,
): Identity {
  const { uid, annotations } = spec.value.metadata;
  if (uid !== admittedUid)
    return refused(
      REASON.identityChanged,
      `admitted with uid ${admittedUid}, the spec key now says ${uid}; the admitted one stays in force`,
    );
  if (spec.createRevision === status.specCreateRevision) return { kind: "admitted" };
  if (annotations?.[ANNOTATION.recover] === String(status.specCreateRevision)) return { kind: "recovered" };
  return refused(
    REASON.identityChanged,
    "the spec key was removed and written again outside vmctl; what was admitted stays in force (`vmctl recover` accepts the new one)",
  );
}

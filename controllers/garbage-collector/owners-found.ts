import { COMMON_CONDITION, COMMON_REASON } from "../../resources/common-conditions.ts";
import { findCondition, setCondition } from "../../resources/conditions.ts";
import type { OwnerReference } from "../../resources/meta.ts";
import type { PlainStatus } from "../cluster/admit.ts";
import type { OwnerStanding } from "../cluster/ownership.ts";

interface KnownOwner {
  readonly reference: OwnerReference;
  readonly standing: OwnerStanding;
}

const TYPE = COMMON_CONDITION.ownersFound;

/**
 * The status with what there is to say about owners that are not there: nothing while all are, or are about to be. Pure.
 */
export function withOwnersFound<Status extends PlainStatus>(
  status: Status,
  owners: readonly KnownOwner[],
  now: string,
): Status {
  const { conditions = [] } = status;
  const missing = owners.filter(({ standing }) => standing === "missing").map(({ reference }) => nameOf(reference));
  const isTold = findCondition(conditions, TYPE)?.status === "False";
  if (missing.length === 0) {
    if (!isTold || owners.some(({ standing }) => standing === "coming")) return status;
    const found = { type: TYPE, status: "True", reason: COMMON_REASON.ownersFound } as const;
    return { ...status, conditions: setCondition(conditions, found, now) };
  }
  const message = `${missing.join(", ")} is not there: nothing is deleted for that; delete this object yourself, or take the reference away`;
  const lost = { type: TYPE, status: "False", reason: COMMON_REASON.ownerMissing, message } as const;
  return { ...status, conditions: setCondition(conditions, lost, now) };
}

const nameOf = ({ kind, name, uid }: OwnerReference): string => `${kind} ${name} with uid ${uid}`;

/** Conditions that any kind may have; they appear when there is something to say. */
export const COMMON_CONDITION = {
  /** Only during a deletion: what its last step waits for. */
  deletionFinished: "DeletionFinished",
  /** False: it names an owner that is not there. Nothing is deleted for that. */
  ownersFound: "OwnersFound",
} as const;

/** Reasons of theirs, and of Accepted wherever the namespace has a say. */
export const COMMON_REASON = {
  quotaExceeded: "QuotaExceeded",
  namespaceTerminating: "NamespaceTerminating",
  deletionNotAllowed: "DeletionNotAllowed",
  finalizersRemaining: "FinalizersRemaining",
  dependentsRemaining: "DependentsRemaining",
  contentRemaining: "ContentRemaining",
  ownerMissing: "OwnerMissing",
  ownersFound: "OwnersFound",
} as const;

/** Reason of a host's problem with an assignment that it cannot read: what it should do with the guest is unknown. */
export const REASON_UNREADABLE = "AssignmentUnreadable";

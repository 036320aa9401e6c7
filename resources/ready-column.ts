import type { Column } from "./kinds.ts";

/** For kinds without a phase. */
export const READY_COLUMN: Column = {
  heading: "STATUS",
  path: "status.conditions.Ready",
  isState: true,
  words: { True: "Ready", False: "NotReady" },
};

/** Why something is not ready, in one word; the message is in `describe`. */
export const REASON_COLUMN: Column = {
  heading: "REASON",
  path: "status.conditions.Ready",
  isReason: true,
  wide: true,
};

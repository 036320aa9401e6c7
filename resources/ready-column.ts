import type { Column } from "./kinds.ts";

/** For kinds without a phase. */
export const READY_COLUMN: Column = {
  heading: "STATUS",
  path: "status.conditions.Ready",
  isState: true,
  words: { True: "Ready", False: "NotReady" },
};

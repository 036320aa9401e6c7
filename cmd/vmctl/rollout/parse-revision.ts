import { UsageError } from "../../config/usage-error.ts";

/** The number of a revision; kubectl's 0 means none in particular. */
export function parseRevision(flag: string, text: string | undefined): number | undefined {
  if (text === undefined || text === "0") return undefined;
  if (/^[1-9][0-9]{0,14}$/.test(text)) return Number(text);
  throw new UsageError(`${flag} ${text}: the number of a revision expected, as rollout history shows it`);
}

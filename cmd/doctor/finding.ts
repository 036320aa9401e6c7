/**
 * `ok`; `note`: works, worth knowing; `bad`: must be mended, `remedy` says how; `skipped`: could not be looked at,
 * because of what is bad above or because this user may not.
 */
export type Verdict = "ok" | "note" | "bad" | "skipped";

/** What one look at one precondition gave. */
export interface Finding {
  readonly what: string;
  readonly verdict: Verdict;
  /** What was seen. */
  readonly seen: string;
  /** A command or an action; only with `bad` and `note`. */
  readonly remedy?: string;
}

export const ok = (what: string, seen: string): Finding => ({ what, verdict: "ok", seen });
export const note = (what: string, seen: string, remedy?: string): Finding => ({
  ...{ what, verdict: "note", seen },
  ...(remedy !== undefined && { remedy }),
});
export const bad = (what: string, seen: string, remedy: string): Finding => ({ what, verdict: "bad", seen, remedy });
export const skipped = (what: string, seen: string): Finding => ({ what, verdict: "skipped", seen });

import { PREFIX } from "../../resources/keys.ts";

/** What the shared picture of the cluster-wide controllers holds. */
export const WATCHED_PREFIXES = [
  PREFIX.spec,
  PREFIX.status,
  PREFIX.uids,
  PREFIX.assigned,
  PREFIX.observed,
  PREFIX.alive,
  PREFIX.groups,
  PREFIX.quota,
  PREFIX.revisions,
  PREFIX.reviews,
  PREFIX.reviewAnswers,
  PREFIX.vault,
] as const;

export const isWatched = (key: string): boolean => WATCHED_PREFIXES.some((prefix) => key.startsWith(prefix));

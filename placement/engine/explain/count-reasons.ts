import type { CountedReason } from "../../placement.ts";

/** Most frequent first, then by text. */
export function countReasons(reasons: Iterable<string>): readonly CountedReason[] {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => ({ reason, count }))
    .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
}

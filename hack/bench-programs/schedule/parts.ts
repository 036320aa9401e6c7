export const SCHEDULE_PARTS = ["bind", "placement", "decision", "outside", "heap", "restart"] as const;
export type SchedulePart = (typeof SCHEDULE_PARTS)[number];

/** `bind,heap`; absent: all. Throws with what there is for anything else. */
export function partsOf(only: string | undefined): readonly SchedulePart[] {
  if (only === undefined) return SCHEDULE_PARTS;
  return only.split(",").map((word) => {
    const part = SCHEDULE_PARTS.find((known) => known === word);
    if (part === undefined) throw new TypeError(`--only ${word}: not one of ${SCHEDULE_PARTS.join(", ")}`);
    return part;
  });
}

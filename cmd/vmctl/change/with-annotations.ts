import type { StoredObject } from "../../../resources/meta.ts";
import { withMarks } from "./with-marks.ts";

/** The object with these annotations set, or (undefined) taken away; an empty map goes too. */
export const withAnnotations = (
  stored: StoredObject,
  change: Readonly<Record<string, string | undefined>>,
): StoredObject => withMarks(stored, "annotations", Object.entries(change));

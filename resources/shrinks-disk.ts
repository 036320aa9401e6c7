import type { FieldChange } from "./field-effects.ts";
import { parseQuantity } from "./quantity.ts";

const bytes = (value: unknown): number => parseQuantity(value as string | number) ?? 0;

/** The one change of a size that no instance can take: its disk exists, and disks only grow. */
export const shrinksDisk = ({ path, old, new: now }: FieldChange): boolean =>
  path === "spec.resources.disk" && bytes(now) < bytes(old);

import type { TSchema } from "typebox";
import { type Place, partsOf } from "./leaves.ts";

/** Which leaves go, by path. `keeps`: something below this item of a `map` list is somebody else's. */
export interface Removal {
  readonly goes: (path: string) => boolean;
  readonly keeps: (path: string) => boolean;
  /** Somebody wants this to be there, if only empty. */
  readonly isWanted: (path: string) => boolean;
}

const GONE = Symbol("gone");

/**
 * The value without the leaves that go (see leavesOf). What is empty afterwards and was not before goes too; an item of
 * a `map` list goes with its key, whatever nobody owns in it included. Pure; the argument is not modified.
 */
export function withoutLeaves(schema: TSchema, value: unknown, removal: Removal): unknown {
  const left = remaining({ schema, path: "", steps: [], value }, removal);
  return left === GONE ? {} : left;
}

function remaining(place: Place, removal: Removal): unknown {
  const parts = partsOf(place);
  if (!parts || parts.length === 0) return removal.goes(place.path) ? GONE : place.value;
  if (isRemovedItem(place, removal)) return GONE;
  const below = withKey(place, removal);
  const left = parts.map((part) => remaining(part, below));
  if (left.every((part) => part === GONE) && !removal.isWanted(place.path)) return GONE;
  if (Array.isArray(place.value)) return left.filter((part) => part !== GONE);
  const names = Object.keys(place.value as object);
  return Object.fromEntries(names.map((name, index) => [name, left[index]] as const).filter(([, it]) => it !== GONE));
}

const isRemovedItem = ({ path, keyPaths }: Place, { goes, keeps }: Removal): boolean =>
  keyPaths?.every(goes) === true && !keeps(path);

/** An item that stays keeps its key. */
const withKey = ({ keyPaths }: Place, removal: Removal): Removal =>
  keyPaths ? { ...removal, goes: (path) => !keyPaths.includes(path) && removal.goes(path) } : removal;

import { formatPointer, type Pointer } from "./json-pointer.ts";

type Fields = Readonly<Record<string, unknown>>;
type Edit = (holder: Fields | readonly unknown[], step: string) => unknown;

/** A pointer that leads nowhere; the message is for the person who wrote it. */
export class Unresolvable extends Error {}

/** What stands at the pointer. Unresolvable when nothing does. */
export function valueAt(document: unknown, pointer: Pointer): unknown {
  return pointer.reduce((value, step, depth) => child(value, step, pointer.slice(0, depth + 1)), document);
}

/** With the value as a field, or inserted before the item that stands there; `-` is behind the last one. */
export function withAdded(document: unknown, pointer: Pointer, value: unknown): unknown {
  if (pointer.length === 0) return value;
  return edited(document, pointer, (holder, step) => {
    if (!isList(holder)) return { ...holder, [step]: value };
    return holder.toSpliced(step === "-" ? holder.length : indexOf(step, holder.length, pointer), 0, value);
  });
}

/** With the value in place of what stands there. Unresolvable when nothing does. */
export function withReplaced(document: unknown, pointer: Pointer, value: unknown): unknown {
  valueAt(document, pointer);
  if (pointer.length === 0) return value;
  return edited(document, pointer, (holder, step) => replaced(holder, step, value));
}

/** Without what stands there. Unresolvable when nothing does. */
export function withRemoved(document: unknown, pointer: Pointer): unknown {
  valueAt(document, pointer);
  if (pointer.length === 0) return null;
  return edited(document, pointer, (holder, step) => {
    if (isList(holder)) return holder.toSpliced(Number(step), 1);
    return Object.fromEntries(Object.entries(holder).filter(([name]) => name !== step));
  });
}

/** The document with what holds the last step of the pointer edited; nothing else is touched. */
function edited(document: unknown, pointer: Pointer, edit: Edit, depth = 0): unknown {
  const step = pointer[depth] ?? "";
  const here = pointer.slice(0, depth);
  const holder = holderOf(document, here);
  if (depth === pointer.length - 1) return edit(holder, step);
  const inner = child(holder, step, pointer.slice(0, depth + 1));
  return replaced(holder, step, edited(inner, pointer, edit, depth + 1));
}

const replaced = (holder: Fields | readonly unknown[], step: string, value: unknown): unknown =>
  isList(holder) ? holder.with(Number(step), value) : { ...holder, [step]: value };

function child(value: unknown, step: string, at: Pointer): unknown {
  const holder = holderOf(value, at.slice(0, -1));
  if (isList(holder)) return holder[indexOf(step, holder.length - 1, at)];
  // Never the prototype's: a field may be called `constructor`.
  if (!Object.hasOwn(holder, step)) throw new Unresolvable(`${formatPointer(at)} is not there`);
  return holder[step];
}

function holderOf(value: unknown, at: Pointer): Fields | readonly unknown[] {
  if (typeof value === "object" && value !== null) return value as Fields | readonly unknown[];
  throw new Unresolvable(`${formatPointer(at) || "the document"} is ${JSON.stringify(value)}: nothing stands in it`);
}

/** RFC 6901: digits without a leading zero. */
function indexOf(step: string, largest: number, at: Pointer): number {
  if (!/^(0|[1-9][0-9]*)$/.test(step))
    throw new Unresolvable(`${formatPointer(at)}: a number from 0 stands for an item`);
  const index = Number(step);
  if (index > largest) throw new Unresolvable(`${formatPointer(at)} is not there: the list ends before it`);
  return index;
}

const isList = (value: Fields | readonly unknown[]): value is readonly unknown[] => Array.isArray(value);

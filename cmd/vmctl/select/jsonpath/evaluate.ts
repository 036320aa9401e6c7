import { holds } from "./compare.ts";
import type { Filter, Path, Step } from "./path.ts";

/**
 * Everything a path leads to, in order. Where there is nothing, or something of another shape (an index into an
 * object, a list that is shorter), it leads nowhere: objects differ in what they have.
 */
export const evaluate = (path: Path, value: unknown): readonly unknown[] =>
  path.reduce<readonly unknown[]>(followAll, [value]);

/** A union takes the first branch of every value, then the second: kubectl's order. */
function followAll(values: readonly unknown[], step: Step): readonly unknown[] {
  const ways = step.type === "union" ? step.branches : [step];
  return ways.flatMap((way) => values.flatMap((value) => follow(way, value)));
}

function follow(step: Step, value: unknown): readonly unknown[] {
  switch (step.type) {
    case "field":
      return member(value, step.name);
    case "key":
      return byKey(value, step.name, step.names);
    case "index":
      return slice(value, step.index, step.index === -1 ? undefined : step.index + 1);
    case "slice":
      return slice(value, step.from, step.to).filter((_, index) => index % step.step === 0);
    case "wildcard":
      return children(value);
    case "recursive":
      return holders(value);
    case "filter":
      return Array.isArray(value) ? value.filter((item: unknown) => passes(step, item)) : [];
    case "union":
      return followAll([value], step);
  }
}

function member(value: unknown, name: string): readonly unknown[] {
  if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) return [];
  return [(value as Record<string, unknown>)[name]];
}

function byKey(value: unknown, name: string, names: readonly string[]): readonly unknown[] {
  const exact = member(value, name);
  if (exact.length > 0) return exact;
  return names.reduce<readonly unknown[]>((values, one) => values.flatMap((each) => member(each, one)), [value]);
}

function slice(value: unknown, from = 0, to?: number): readonly unknown[] {
  if (!Array.isArray(value) || from < -value.length) return [];
  return value.slice(from, to);
}

const children = (value: unknown): readonly unknown[] =>
  typeof value === "object" && value !== null ? Object.values(value) : [];

/** The value and all below it that have something in them, each before what is in it. */
function holders(value: unknown): readonly unknown[] {
  const found: unknown[] = [];
  const open = [value];
  while (open.length > 0) {
    const next = open.pop();
    const inner = children(next);
    if (inner.length > 0) found.push(next);
    open.push(...inner.toReversed());
  }
  return found;
}

function passes({ left, comparison }: Filter, item: unknown): boolean {
  const found = evaluate(left, item);
  if (!comparison) return found.length > 0;
  const { operator, right } = comparison;
  const wanted = right.type === "literal" ? [right.value] : evaluate(right.path, item);
  return found.length > 0 && wanted.length > 0 && holds(operator, found, wanted);
}

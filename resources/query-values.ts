import { UID_PATTERN } from "./meta.ts";
import { GROUP_NAME_PATTERN, MAX_AMOUNT } from "./placement-words.ts";

// The values of a query's parameters. What is wrong goes to `faults`, each with the parameter's name.

export type Faults = string[];

/** All of `allOf`, each by any of its own, and none of `noneOf`. */
export interface Terms {
  readonly allOf: readonly (readonly string[])[];
  readonly noneOf: readonly string[];
}

const NAME = /^[A-Z0-9_]{1,255}$/;
const UUID = new RegExp(UID_PATTERN);
const SUFFIX = new RegExp(GROUP_NAME_PATTERN);
const NOTHING: Terms = { allOf: [], noneOf: [] };

const split = (value: string): readonly string[] => [...new Set(value.split(",").map((part) => part.trim()))];

/** `VCPU:2,CUSTOM_GPU:1`. */
export function readAmounts(name: string, value: string, faults: Faults): Readonly<Record<string, number>> {
  const amounts = new Map<string, number>();
  for (const part of value.split(",")) {
    const [, className = "", digits = ""] = /^\s*([A-Z0-9_]+):([0-9]+)\s*$/.exec(part) ?? [];
    const amount = Number(digits);
    if (className === "") faults.push(`${name}: "${part}" is no CLASS:AMOUNT`);
    else if (amounts.has(className)) faults.push(`${name}: ${className} stands there twice`);
    else if (amount < 1 || amount > MAX_AMOUNT)
      faults.push(`${name}: ${className} must be from 1 to ${MAX_AMOUNT} (got ${digits})`);
    else amounts.set(className, amount);
  }
  return Object.fromEntries(amounts);
}

/** `A,B,!C` or `in:A,B`. */
export function readTraits(name: string, value: string, faults: Faults): Terms {
  const isAnyOf = value.startsWith("in:");
  const items = split(isAnyOf ? value.slice("in:".length) : value);
  const [noneOf, some] = [items.filter(isNegated).map(bare), items.filter((item) => !isNegated(item))];
  for (const item of [...noneOf, ...some])
    if (!NAME.test(item)) faults.push(`${name}: "${item}" is no trait: A-Z, 0-9 and _`);
  if (isAnyOf && noneOf.length > 0) faults.push(`${name}: in: knows no ! (got "${value}")`);
  return { allOf: isAnyOf ? [some] : some.map((trait) => [trait]), noneOf };
}

const isNegated = (item: string): boolean => item.startsWith("!");
const bare = (item: string): string => item.slice(1);

/** `UUID`, `!UUID`, `in:UUID,UUID` or `!in:UUID,UUID`. */
export function readAggregates(name: string, value: string, faults: Faults): Terms {
  const rest = isNegated(value) ? bare(value) : value;
  const isSeveral = rest.startsWith("in:");
  if (!isSeveral && rest.includes(",")) {
    faults.push(`${name}: several aggregates need in: or !in: before them (got "${value}")`);
    return NOTHING;
  }
  const items = isSeveral ? split(rest.slice("in:".length)) : [rest];
  const uuids = [...new Set(items.flatMap((item) => readUuid(name, item, faults) ?? []))];
  return isNegated(value) ? { allOf: [], noneOf: uuids } : { allOf: [uuids], noneOf: [] };
}

export function readUuid(name: string, value: string, faults: Faults): string | undefined {
  const uuid = value.trim().toLowerCase();
  if (UUID.test(uuid)) return uuid;
  faults.push(`${name}: "${value}" is no uuid`);
  return undefined;
}

/** `_A,_B`. */
export function readSuffixes(name: string, value: string, faults: Faults): readonly string[] {
  const suffixes = split(value);
  for (const suffix of suffixes)
    if (!SUFFIX.test(suffix)) faults.push(`${name}: "${suffix}" is no suffix of a group: letters, digits, "-" and "_"`);
  return suffixes;
}

import { UsageError } from "../../config/usage-error.ts";

/** Finds every value at a place; empty when there is none. */
export type JsonPath = (value: unknown) => unknown[];
type Step = (value: unknown) => unknown[];

/**
 * The part of kubectl's JSONPath that reaches one place: `{.status.phase}`, `.spec.interfaces[0].name`,
 * `.metadata.labels['a/b']`, `.status.conditions[?(@.type=="Ready")].status`, `[*]`. Braces and the first dot may be
 * left out. UsageError names the column of what does not parse.
 */
export function parseJsonPath(text: string): JsonPath {
  const inner = /^\{(.*)\}$/.exec(text)?.[1] ?? text;
  const offset = text.length === inner.length ? 0 : 1;
  const steps: Step[] = [];
  let rest = inner.startsWith(".") || inner.startsWith("[") ? inner : `.${inner}`;
  const added = rest.length - inner.length;
  const whole = rest.length;
  while (rest !== "") {
    const parsed = parseStep(rest);
    if (!parsed)
      throw new UsageError(`jsonpath "${text}": cannot read column ${whole - rest.length - added + offset + 1}`);
    steps.push(parsed.step);
    rest = rest.slice(parsed.length);
  }
  return (value) => steps.reduce<unknown[]>((values, step) => values.flatMap(step), [value]);
}

const FORMS: readonly { readonly pattern: RegExp; readonly make: (match: RegExpExecArray) => Step }[] = [
  {
    pattern: /^\.([A-Za-z_][-A-Za-z0-9_]*)/,
    make:
      ([, name]) =>
      (value) =>
        member(value, name ?? ""),
  },
  {
    pattern: /^\[(-?\d+)\]/,
    make:
      ([, index]) =>
      (value) =>
        Array.isArray(value) ? value.slice(Number(index)).slice(0, 1) : [],
  },
  {
    pattern: /^\[(?:'([^']*)'|"([^"]*)")\]/,
    make:
      ([, a, b]) =>
      (value) =>
        member(value, a ?? b ?? ""),
  },
  { pattern: /^(?:\[\*\]|\.\*)/, make: () => everything },
  {
    pattern: /^\[\?\(@\.([A-Za-z_][-A-Za-z0-9_.]*)\s*(==|!=)\s*(?:'([^']*)'|"([^"]*)"|([^\s)]+))\)\]/,
    make: ([, path, operator, a, b, bare]) => {
      const find = parseJsonPath(path ?? "");
      const wanted = a ?? b ?? bare ?? "";
      return (value) =>
        everything(value).filter(
          (item) => find(item).some((found) => String(found) === wanted) === (operator === "=="),
        );
    },
  },
];

function parseStep(text: string): { step: Step; length: number } | undefined {
  for (const { pattern, make } of FORMS) {
    const match = pattern.exec(text);
    if (match) return { step: make(match), length: match[0].length };
  }
  return undefined;
}

function member(value: unknown, name: string): unknown[] {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return [];
  return [(value as Record<string, unknown>)[name]];
}

function everything(value: unknown): unknown[] {
  return typeof value === "object" && value !== null ? Object.values(value) : [];
}

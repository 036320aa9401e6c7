/** A way into a value, step by step. Each step turns every value found so far into none, one or several. */
export type Path = readonly Step[];

export type Step =
  /** `.name`, and `['name']` without dots in it. */
  | { readonly type: "field"; readonly name: string }
  /** `['a.b']`: the field of that very name, else (kubectl's reading) `.a.b`. */
  | { readonly type: "key"; readonly name: string; readonly names: readonly string[] }
  /** `[2]`, `[-1]` */
  | { readonly type: "index"; readonly index: number }
  /** `[from:to:step]`, each as it was written */
  | { readonly type: "slice"; readonly from?: number; readonly to?: number; readonly step: number }
  /** `.*`, `[*]` */
  | { readonly type: "wildcard" }
  /** `..`: the value and everything below it that holds something. */
  | { readonly type: "recursive" }
  | Filter
  /** `['a','b']`, `[0,2]` */
  | { readonly type: "union"; readonly branches: readonly Step[] };

/** `[?(@.a)]`: what has it; `[?(@.a=="b")]`: of what the comparison holds. */
export interface Filter {
  readonly type: "filter";
  readonly left: Path;
  readonly comparison?: { readonly operator: Operator; readonly right: Operand };
}

export const OPERATORS = ["==", "!=", "<=", ">=", "<", ">"] as const;
export type Operator = (typeof OPERATORS)[number];

export type Operand =
  | { readonly type: "literal"; readonly value: string | number | boolean }
  | { readonly type: "path"; readonly path: Path };

/**
 * One thing that can be set from outside. Its key in the table is its name everywhere: flag `--listen-metrics`,
 * environment `VMCTL_LISTEN_METRICS`, `listen-metrics:` in a file.
 */
export type Setting =
  | (Described & { readonly type: "string"; readonly default?: string; readonly choices?: readonly string[] })
  | (Described & { readonly type: "integer"; readonly default?: number; readonly minimum?: number })
  | (Described & { readonly type: "boolean"; readonly default: boolean })
  /** Kept in milliseconds; written `30s`, `1m30s`; a bare number is seconds. `default` is written the same way. */
  | (Described & { readonly type: "duration"; readonly default?: string })
  /** Comma separated, or the flag several times, or a YAML list. */
  | (Described & { readonly type: "list"; readonly default: readonly string[] });

interface Described {
  readonly description: string;
  /** What stands for the value in `--help`: `URL`, `FILE`. */
  readonly placeholder?: string;
  /** Other spellings of the flag: `-n`. */
  readonly short?: string;
  /** `--print-config` shows that it is set, not what it is. */
  readonly secret?: boolean;
}

export type SettingTable = Readonly<Record<string, Setting>>;

/** A declaration that keeps its literal names and types, so that `SettingValues` knows them. */
export const defineSettings = <const Table extends SettingTable>(table: Table): Table => table;

type CamelCase<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;
type ValueOf<S extends Setting> = S extends { type: "list" }
  ? readonly string[]
  : S extends { type: "boolean" }
    ? boolean
    : S extends { type: "string" }
      ? Defaulted<S, S extends { choices: readonly (infer Choice)[] } ? Choice : string>
      : Defaulted<S, number>;
type Defaulted<S, Value> = S extends { default: string | number } ? Value : Value | undefined;

/** The values of a table by camelCase name: `listen-metrics` is `listenMetrics`. */
export type SettingValues<Table extends SettingTable> = {
  readonly [Name in keyof Table & string as CamelCase<Name>]: ValueOf<Table[Name]>;
};

export type SettingValue = string | number | boolean | readonly string[] | undefined;

export const camelCase = (name: string): string =>
  name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
export const environmentName = (name: string): string => `VMCTL_${name.toUpperCase().replaceAll("-", "_")}`;

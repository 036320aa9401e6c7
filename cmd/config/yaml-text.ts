// A file of its own so that it can be imported lazily: yaml takes 20 ms to load, and as CommonJS it has no named
// exports behind a dynamic import once bundled.
import { parseDocument, stringify } from "yaml";
import { UsageError } from "./usage-error.ts";

const ALIASES = 10;

/** One YAML document; UsageError names the file. An empty one is `undefined`. */
export function parseYaml(path: string, text: string): unknown {
  const document = parseDocument(text, { uniqueKeys: true });
  const [problem] = document.errors;
  if (problem) throw new UsageError(`${path}: ${problem.message.split("\n")[0]}`);
  return document.toJS({ maxAliasCount: ALIASES }) ?? undefined;
}

/** Long lines stay whole, repeated parts are written out; what YAML 1.1 would take for a date or number is quoted. */
export const formatYaml = (value: unknown): string =>
  stringify(value, { lineWidth: 0, aliasDuplicateObjects: false, compat: "yaml-1.1" });

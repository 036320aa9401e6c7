import { type KindInfo, SHOWN_KINDS } from "../../../resources/kinds.ts";
import { API_VERSION } from "../../../resources/meta.ts";
import { UsageError } from "../../config/usage-error.ts";
import { oneOfFormats } from "../output/output-format.ts";
import { Table } from "../output/table.ts";
import type { ApiResourcesFlags } from "./api-resources-command.ts";

/** What may be done to any kind, in kubectl's words. */
const VERBS = "create,delete,get,list,patch,update,watch";

export function runApiResources(flags: ApiResourcesFlags): void {
  const lines = linesFor(flags);
  process.stdout.write(lines.map((line) => `${line}\n`).join(""));
}

function linesFor(flags: ApiResourcesFlags): readonly string[] {
  const format = oneOfFormats(flags.output, ["wide", "name"]);
  const kinds = sorted(SHOWN_KINDS.filter(chosenBy(flags)), flags.sortBy);
  if (format === "name") return kinds.map(({ plural }) => plural);
  const isWide = format === "wide";
  const rows = kinds.map((kind) => row(kind, isWide));
  const headings = ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"];
  const last = isWide ? ["VERBS", "CATEGORIES"] : ["DESCRIPTION"];
  return new Table().lines(flags.headers ? [[...headings, ...last], ...rows] : rows);
}

function row(
  { plural, shortNames, namespaced, kind, categories = [], description, fields }: KindInfo,
  isWide: boolean,
): string[] {
  const last = isWide ? [fields ? "get,list,watch" : VERBS, categories.join(",")] : [description];
  return [plural, shortNames.join(","), API_VERSION, String(namespaced), kind, ...last];
}

function chosenBy({ namespaced, categories }: ApiResourcesFlags): (kind: KindInfo) => boolean {
  const wanted = categories?.split(",") ?? [];
  const scope = namespaced === undefined ? undefined : asBoolean(namespaced);
  return (kind) =>
    (scope === undefined || kind.namespaced === scope) &&
    wanted.every((name) => (kind.categories ?? []).includes(name));
}

function asBoolean(value: boolean | string): boolean {
  if (value === true || value === "true") return true;
  if (value === "false") return false;
  throw new UsageError(`--namespaced=${value}: true or false expected`);
}

function sorted(kinds: readonly KindInfo[], column: string | undefined): readonly KindInfo[] {
  if (column === undefined) return kinds;
  const key = column === "name" ? "plural" : column === "kind" ? "kind" : undefined;
  if (!key) throw new UsageError(`--sort-by ${column}: name or kind expected`);
  return kinds.toSorted((a, b) => (a[key] < b[key] ? -1 : 1));
}

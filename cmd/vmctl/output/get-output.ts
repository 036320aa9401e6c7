import { readFile } from "node:fs/promises";
import { didYouMean } from "../../../resources/did-you-mean.ts";
import { messageOf } from "../../../runtime/errors.ts";
import { UsageError } from "../../config/usage-error.ts";
import { parseTemplate, type Template } from "../select/jsonpath/template.ts";
import { type CustomColumn, parseColumnsFile, parseCustomColumns } from "./custom-columns.ts";

/** What `get -o` asks for. */
export type Output =
  | { readonly type: "table"; readonly wide: boolean }
  | { readonly type: "json" | "yaml" | "name" }
  | { readonly type: "jsonpath"; readonly template: Template }
  | { readonly type: "custom-columns"; readonly columns: readonly CustomColumn[] };

const PLAIN = ["wide", "json", "yaml", "name"] as const;
const WITH_VALUE = ["jsonpath", "jsonpath-file", "custom-columns", "custom-columns-file"] as const;
const OFFERED =
  "there is wide, json, yaml, name, jsonpath=TEMPLATE, jsonpath-file=FILE, custom-columns=HEADING:.path,… and custom-columns-file=FILE";

/** Absent means a table. UsageError for another form, a template that does not parse or a file that cannot be read. */
export async function parseOutput(text: string | undefined): Promise<Output> {
  if (text === undefined) return { type: "table", wide: false };
  const plain = PLAIN.find((known) => known === text);
  if (plain) return plain === "wide" ? { type: "table", wide: true } : { type: plain };
  const [, word = text, value] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  const form = WITH_VALUE.find((known) => known === word);
  if (!form)
    throw new UsageError(`-o ${word} is not offered: ${OFFERED}${didYouMean(word, [...PLAIN, ...WITH_VALUE])}`);
  if (!value) throw new UsageError(`-o ${form}: a value expected, such as ${EXAMPLE[form]}`);
  const given = form.endsWith("-file") ? await readGiven(form, value) : value;
  if (form === "custom-columns") return { type: form, columns: parseCustomColumns(given) };
  if (form === "custom-columns-file") return { type: "custom-columns", columns: parseColumnsFile(given) };
  return { type: "jsonpath", template: parseTemplate(given) };
}

const EXAMPLE = {
  jsonpath: "-o jsonpath='{.metadata.name}'",
  "jsonpath-file": "-o jsonpath-file=names.jsonpath",
  "custom-columns": "-o custom-columns=NAME:.metadata.name,PHASE:.status.phase",
  "custom-columns-file": "-o custom-columns-file=columns.txt",
} as const;

async function readGiven(form: string, path: string): Promise<string> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new UsageError(`-o ${form}: cannot read ${path}: ${messageOf(error)}`, { cause: error });
  });
  return text.replace(/\r?\n$/, "");
}

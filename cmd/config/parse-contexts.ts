import { dirname, resolve } from "node:path";
import { didYouMean } from "../../resources/did-you-mean.ts";
import type { Context, Contexts } from "./context-file.ts";
import { UsageError } from "./usage-error.ts";
import { parseYaml } from "./yaml-text.ts";

const TOP = ["contexts", "current-context"];
const TEXTS = ["name", "root", "ca", "cert", "key", "namespace"] as const;
const FIELDS = [...TEXTS, "endpoints"];

/** UsageError names the file and the place. Paths come back absolute. */
export function parseContexts(path: string, text: string): Contexts {
  const top = asMap(parseYaml(path, text) ?? {}, path);
  checkNames(top, TOP, path);
  const list = top["contexts"] ?? [];
  if (!Array.isArray(list)) throw new UsageError(`${path}: contexts: a list expected`);
  const contexts = list.map((item, index) => parseContext(item, `${path}: contexts[${index}]`, dirname(path)));
  const names = contexts.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError(`${path}: contexts: "${twice}" is there twice`);
  const current = top["current-context"];
  if (current === undefined || current === null || current === "") return { contexts };
  if (typeof current !== "string") throw new UsageError(`${path}: current-context: a name expected`);
  return { current, contexts };
}

function parseContext(item: unknown, where: string, folder: string): Context {
  const map = asMap(item, where);
  checkNames(map, FIELDS, where);
  const texts: Partial<Record<(typeof TEXTS)[number], string>> = {};
  for (const field of TEXTS) {
    const value = map[field];
    if (value === undefined || value === null) continue;
    if (typeof value !== "string") throw new UsageError(`${where}.${field}: a text expected`);
    texts[field] = ["ca", "cert", "key"].includes(field) ? resolve(folder, value) : value;
  }
  if (texts.name === undefined) throw new UsageError(`${where}: name is missing`);
  const endpoints = map["endpoints"];
  if (!Array.isArray(endpoints) || !endpoints.every((endpoint) => typeof endpoint === "string")) {
    throw new UsageError(`${where}.endpoints: a list of URLs expected`);
  }
  return { ...texts, name: texts.name, endpoints };
}

function asMap(value: unknown, where: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new UsageError(`${where}: a map expected`);
}

function checkNames(map: Record<string, unknown>, known: readonly string[], where: string): void {
  const unknown = Object.keys(map).find((name) => !known.includes(name));
  if (unknown) throw new UsageError(`${where}: unknown field "${unknown}"${didYouMean(unknown, known)}`);
}

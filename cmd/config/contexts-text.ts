import { type Document, isMap, isSeq, type ParsedNode, parseDocument, type YAMLMap, type YAMLSeq } from "yaml";
import type { Context, Contexts } from "./context-file.ts";
import { parseContexts } from "./parse-contexts.ts";

// Imported lazily, as yaml-text.ts is, and for the same reasons.

const FIELDS = ["name", "endpoints", "root", "ca", "cert", "key", "namespace"] as const;

/**
 * The context file's text so that it says `wanted`, all else as its owner wrote it: comments, order, relative paths.
 * `before`: what stands at `path`; absent: nothing. UsageError if that is no context file.
 */
export function contextsText(path: string, before: string | undefined, wanted: Contexts): string {
  const present = before === undefined ? [] : parseContexts(path, before).contexts;
  const document: Document = parseDocument<ParsedNode>(before ?? "", { uniqueKeys: true });
  if (!isMap(document.contents)) document.contents = document.createNode({});
  setCurrent(document, wanted.current);
  if (!isSeq(document.get("contexts"))) document.set("contexts", document.createNode([]));
  arrange(document, present, wanted.contexts);
  return document.toString({ lineWidth: 0 });
}

function setCurrent(document: Document, current: string | undefined): void {
  if (current === undefined) document.delete("current-context");
  else if (document.get("current-context") !== current) document.set("current-context", current);
}

/** `present` is what the list says now, item by item. */
function arrange(document: Document, present: readonly Context[], wanted: readonly Context[]): void {
  const list = document.get("contexts") as YAMLSeq;
  const items = new Map(present.map((context, index) => [context.name, { context, node: list.items[index] }]));
  const gone = present.filter(({ name }) => !wanted.some((context) => context.name === name));
  const added = wanted.filter(({ name }) => !items.has(name));
  // One gone and one new: it was renamed, and keeps its comments.
  const renamed = gone.length === 1 && added.length === 1 ? items.get(gone[0]?.name ?? "") : undefined;
  if (present.length === 0) list.flow = false;
  list.items = wanted.map((context) => {
    const old = items.get(context.name) ?? renamed;
    const node = old && isMap(old.node) ? old.node : document.createNode({});
    return withFields(document, node, old?.context, context);
  });
}

function withFields(document: Document, node: YAMLMap, old: Context | undefined, wanted: Context): YAMLMap {
  for (const field of FIELDS) {
    const value = wanted[field];
    if (String(old?.[field]) === String(value)) continue;
    if (value === undefined) node.delete(field);
    else node.set(field, document.createNode(value, { flow: true }));
  }
  return node;
}

import type { Command } from "commander";
import type { KindInfo } from "../../../resources/kinds.ts";
import { type Session, withSession } from "../connection/session.ts";
import { formatDocument } from "../output/format-document.ts";
import { listDocument } from "../output/list-document.ts";
import type { ColumnChoice } from "../output/object-columns.ts";
import { ObjectTable } from "../output/object-table.ts";
import { type FoundObject, findObjects } from "../select/find-objects.ts";
import type { GetFlags } from "./get-command.ts";
import { columnChoice, type GetRequest, parseGetRequest } from "./get-request.ts";

export async function runGet(words: readonly string[], flags: GetFlags, command: Command): Promise<void> {
  const request = parseGetRequest(words, flags);
  await withSession(command, async (session) => {
    if (!flags.watch) return getOnce(request, session);
    const { watchObjects } = await import("./get-watch.ts");
    await watchObjects(request, session);
  });
}

async function getOnce(request: GetRequest, session: Session): Promise<void> {
  const { found, failure } = await findObjects(session, request.selection, { allNamespaces: request.allNamespaces });
  await print(
    request,
    found.filter(({ object }) => request.matches(object)),
    session,
  );
  if (failure) throw failure;
}

async function print(request: GetRequest, found: readonly FoundObject[], session: Session): Promise<void> {
  const { format, selection } = request;
  if (format === "json" || format === "yaml") {
    const single = selection.type === "objects" && selection.references.length === 1;
    const [first] = found;
    if (single && !first) return;
    const document = single && first ? first.object : listDocument(found.map(({ object }) => object));
    return write(await formatDocument(document, format));
  }
  if (found.length === 0) {
    if (selection.type === "kinds") sayNothingFound(request, selection.kinds, session);
    return;
  }
  if (format === "name")
    return write(found.map(({ kind, object }) => `${kind.singular}/${object.metadata.name}\n`).join(""));
  write(tables(found, columnChoice(request), session.clock.now()));
}

/** One table per kind, an empty line between two. */
function tables(found: readonly FoundObject[], choice: ColumnChoice, now: number): string {
  const kinds = [...new Set(found.map(({ kind }) => kind))];
  const blocks = kinds.map((kind) => {
    const objects = found.filter((item) => item.kind === kind).map(({ object }) => object);
    return `${new ObjectTable(kind, choice, () => now).lines(objects).join("\n")}\n`;
  });
  return blocks.join("\n");
}

/** On standard error, as kubectl has it: a pipe gets nothing. */
function sayNothingFound({ allNamespaces }: GetRequest, kinds: readonly KindInfo[], session: Session): void {
  const where =
    allNamespaces || !kinds.some(({ namespaced }) => namespaced) ? "" : ` in ${session.connection.namespace} namespace`;
  process.stderr.write(`No resources found${where}.\n`);
}

const write = (text: string): void => void process.stdout.write(text);

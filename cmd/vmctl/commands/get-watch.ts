import type { KindInfo } from "../../../resources/kinds.ts";
import type { JoinedObject } from "../../../store/objects/joined-object.ts";
import type { ObjectWatchChange } from "../../../store/objects/watch-objects.ts";
import { UsageError } from "../../config/usage-error.ts";
import type { Session } from "../connection/session.ts";
import { formatDocument } from "../output/format-document.ts";
import { ObjectTable } from "../output/object-table.ts";
import type { Selection } from "../select/references.ts";
import { columnChoice, type GetRequest } from "./get-request.ts";

/** What is there, then one line per change, until interrupted. */
export async function watchObjects(request: GetRequest, session: Session): Promise<void> {
  const { kind, names } = watched(request.selection);
  const namespace = request.allNamespaces ? undefined : session.connection.namespace;
  const wanted = (object: JoinedObject) => request.matches(object) && (names?.has(object.metadata.name) ?? true);
  const print = printer(kind, request, session);
  for await (const change of session.objects.watch(kind, namespace, session.signal)) {
    const seen = filtered(change, wanted);
    if (seen) process.stdout.write(await print(seen));
  }
}

function watched(selection: Selection): { kind: KindInfo; names?: ReadonlySet<string> } {
  const kinds =
    selection.type === "kinds" ? selection.kinds : [...new Set(selection.references.map(({ kind }) => kind))];
  const [kind, ...more] = kinds;
  if (!kind || more.length > 0) throw new UsageError("-w watches one kind at a time");
  if (selection.type === "kinds") return { kind };
  return { kind, names: new Set(selection.references.map(({ name }) => name)) };
}

function filtered(change: ObjectWatchChange, wanted: (object: JoinedObject) => boolean): ObjectWatchChange | undefined {
  if (change.type === "start") return { type: "start", objects: change.objects.filter(wanted) };
  return wanted(change.object) ? change : undefined;
}

type Print = (change: ObjectWatchChange) => Promise<string>;

function printer(kind: KindInfo, request: GetRequest, session: Session): Print {
  const { format } = request;
  if (format === "json" || format === "yaml") {
    const separator = format === "yaml" ? "---\n" : "";
    return async (change) => {
      const documents = await Promise.all(objectsOf(change).map((object) => formatDocument(object, format)));
      return documents.map((text) => separator + text).join("");
    };
  }
  if (format === "name") {
    return async (change) =>
      objectsOf(change)
        .map(({ metadata }) => `${kind.singular}/${metadata.name}\n`)
        .join("");
  }
  const table = new ObjectTable(kind, columnChoice(request), () => session.clock.now());
  return async (change) =>
    tableLines(table, change)
      .map((line) => `${line}\n`)
      .join("");
}

function tableLines(table: ObjectTable, change: ObjectWatchChange): string[] {
  if (change.type === "start") return table.lines(change.objects);
  return change.type === "put" ? table.changed(change.object) : [table.deleted(change.object)];
}

const objectsOf = (change: ObjectWatchChange): readonly JoinedObject[] =>
  change.type === "start" ? change.objects : [change.object];

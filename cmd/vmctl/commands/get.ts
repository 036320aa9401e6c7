import type { Command } from "commander";
import type { KindInfo } from "../../../resources/kinds.ts";
import { Namespace } from "../../../resources/namespace.ts";
import { UsageError } from "../../config/usage-error.ts";
import { type Session, withSession } from "../connection/session.ts";
import { printObjects } from "../output/print-objects.ts";
import { type FoundObject, findObjects } from "../select/find-objects.ts";
import { meansEvents } from "../select/kind-words.ts";
import { readSelection } from "../select/read-selection.ts";
import type { GetFlags } from "./get-command.ts";
import { type GetRequest, parseGetRequest } from "./get-request.ts";

export async function runGet(words: readonly string[], flags: GetFlags, command: Command): Promise<void> {
  if (meansEvents(words[0] ?? "")) return getEvents(words.slice(1), flags, command);
  const request = await parseGetRequest(await readSelection(words, flags, command), words, flags);
  if (request.watch?.live) {
    const { requireTerminal } = await import("../output/live-screen.ts");
    requireTerminal(process.stdout);
  }
  await withSession(command, async (session) => {
    const asked = flags.showSecrets ? await withSecrets(request, session) : request;
    if (!asked.watch) return getOnce(asked, session);
    const { watchObjects } = await import("./get-watch.ts");
    await watchObjects(asked, asked.watch, session);
  });
}

/** `get events` as kubectl has it; what only `events` can do is left to that. */
async function getEvents(names: readonly string[], flags: GetFlags, command: Command): Promise<void> {
  if (names.length > 0) throw new UsageError("events have no names: vmctl events KIND/NAME shows those of an object");
  if (flags.fieldSelector !== undefined) throw new UsageError("--field-selector: vmctl events --for KIND/NAME instead");
  const { runEvents } = await import("./events.ts");
  const { output, watch, watchOnly, sortBy: _always, ...rest } = flags;
  const isWatch = watch ?? watchOnly;
  await runEvents([], { ...rest, ...(output !== "wide" && { output }), ...(isWatch && { watch: true }) }, command);
}

async function getOnce(request: GetRequest, session: Session): Promise<void> {
  const { selection, allNamespaces, output, columns, ignoreNotFound } = request;
  const { found, failure } = await findObjects(session, selection, { allNamespaces });
  const wanted = request.sort(found.filter(({ kind, object }) => request.matches(kind, object)));
  const shown = await withColumns(
    wanted.map(({ kind, object }) => ({ kind, object: request.shown(object) })),
    request,
    session,
  );
  const isSingle = selection.type === "objects" && selection.references.length === 1;
  const isMissing = isSingle && shown.length === 0;
  if (!isMissing) await write(printObjects(shown, { output, columns, isSingle, now: session.clock.now() }));
  if (shown.length === 0 && selection.type === "kinds" && !isDocument(request))
    sayNothingFound(request, selection.kinds, session);
  if (failure && !ignoreNotFound) throw failure;
}

/** What a wide table tells of objects beside those it shows. */
async function withColumns(shown: readonly FoundObject[], { columns }: GetRequest, session: Session) {
  if (!columns.wide || !shown.some(({ kind }) => kind === Namespace)) return shown;
  const { withQuota } = await import("../output/with-quota.ts");
  return withQuota(shown, session);
}

/** Whoever may not read the vault is told so before anything is printed. */
async function withSecrets(request: GetRequest, { store, signal }: Session): Promise<GetRequest> {
  const { readUnsealingKeys } = await import("../../../store/read-sealing-keys.ts");
  const { withClearText } = await import("../output/secret-text.ts");
  const keys = await readUnsealingKeys(store, { signal });
  return { ...request, shown: (object) => withClearText(request.shown(object), keys) };
}

const isDocument = ({ output }: GetRequest): boolean => ["json", "yaml", "jsonpath"].includes(output.type);

/** On standard error, as kubectl has it: a pipe gets nothing. */
function sayNothingFound({ allNamespaces }: GetRequest, kinds: readonly KindInfo[], session: Session): void {
  const where =
    allNamespaces || !kinds.some(({ namespaced }) => namespaced) ? "" : ` in ${session.connection.namespace} namespace`;
  session.talk.note(`No resources found${where}.`);
}

const write = async (text: Promise<string>): Promise<void> => void process.stdout.write(await text);

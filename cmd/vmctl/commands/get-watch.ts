import type { KindInfo } from "../../../resources/kinds.ts";
import type { JoinedObject } from "../../../store/objects/joined-object.ts";
import { UsageError } from "../../config/usage-error.ts";
import type { Session } from "../connection/session.ts";
import { watchPrinter } from "../output/watch-printer.ts";
import { looksLikeUid } from "../select/find-by-uid.ts";
import { notFound } from "../select/find-objects.ts";
import { type MatchedChange, matchingChanges } from "../select/matching-changes.ts";
import { kindsOf, type Reference, type Selection } from "../select/references.ts";
import type { GetRequest, WatchChoice } from "./get-request.ts";

/**
 * What is there, then one line per change, until interrupted. CommandFailure for a name that is not there at the
 * start.
 */
export async function watchObjects(request: GetRequest, choice: WatchChoice, session: Session): Promise<void> {
  const { kind, changes } = follow(request, session);
  if (choice.live) {
    const { showLive } = await import("./get-live.ts");
    return showLive({ kind, changes, request, session });
  }
  const print = watchPrinter({ ...request, ...choice, kind, now: () => session.clock.now() });
  for await (const change of changes) {
    if (change.type === "start") await requireThere(request, change.objects, session);
    process.stdout.write(await print(asShown(request, kind, change)));
  }
}

function follow(request: GetRequest, session: Session) {
  const [kind] = kindsOf(request.selection);
  if (!kind) throw new UsageError("which kind?");
  const isNamed = namedBy(request.selection);
  const wanted = (object: JoinedObject) => isNamed(object) && request.matches(kind, object);
  const namespace = request.allNamespaces ? undefined : session.connection.namespace;
  return { kind, changes: matchingChanges(session.objects.watch(kind, namespace, session.signal), wanted) };
}

function namedBy(selection: Selection): (object: JoinedObject) => boolean {
  if (selection.type === "kinds") return () => true;
  return (object) => selection.references.some((reference) => isIt(reference, object));
}

const isIt = ({ name }: Reference, { metadata }: JoinedObject): boolean =>
  metadata.name === name || (looksLikeUid(name) && metadata.uid?.startsWith(name) === true);

async function requireThere(
  { selection, ignoreNotFound }: GetRequest,
  objects: readonly JoinedObject[],
  session: Session,
): Promise<void> {
  if (selection.type === "kinds" || ignoreNotFound) return;
  const missing = selection.references.filter((reference) => !objects.some((object) => isIt(reference, object)));
  if (missing.length > 0) throw await notFound(session, missing);
}

/** Only what is there at the start has an order; changes come as they come. */
function asShown({ sort, shown }: GetRequest, kind: KindInfo, change: MatchedChange): MatchedChange {
  if (change.type !== "start") return { ...change, object: shown(change.object) };
  const sorted = sort(change.objects.map((object) => ({ kind, object })));
  return { ...change, objects: sorted.map(({ object }) => shown(object)) };
}

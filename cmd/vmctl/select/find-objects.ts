import { didYouMean } from "../../../resources/did-you-mean.ts";
import type { KindInfo } from "../../../resources/kinds.ts";
import type { JoinedObject } from "../../../store/objects/joined-object.ts";
import { CommandFailure } from "../command-failure.ts";
import type { Session } from "../connection/session.ts";
import { EXIT } from "../exit-code.ts";
import { printable } from "../output/cell.ts";
import { findByUid } from "./find-by-uid.ts";
import { inBatches } from "./in-batches.ts";
import { formatReference, type Reference, type Selection } from "./references.ts";

export interface FoundObject {
  readonly kind: KindInfo;
  readonly object: JoinedObject;
}
export interface Finding {
  readonly found: readonly FoundObject[];
  /** Names every object that was asked for by name and is not there. */
  readonly failure?: CommandFailure;
}
export interface FindOptions {
  /** Lists go over all namespaces; single objects are then found by their uid only. */
  readonly allNamespaces?: boolean;
}

/** Reads what a selection names, single objects also by uid. Order: as asked for; lists by namespace and name. */
export async function findObjects(session: Session, selection: Selection, options: FindOptions = {}): Promise<Finding> {
  if (selection.type === "objects") return findNamed(session, selection.references, options);
  const namespace = options.allNamespaces ? undefined : session.connection.namespace;
  const lists = await Promise.all(
    selection.kinds.map(async (kind) => {
      const objects = await session.objects.list(kind, namespace, { signal: session.signal });
      return objects.map((object) => ({ kind, object }));
    }),
  );
  return { found: lists.flat() };
}

async function findNamed(
  session: Session,
  references: readonly Reference[],
  { allNamespaces = false }: FindOptions,
): Promise<Finding> {
  const seen = await inBatches(references, async (reference) => {
    const byName = allNamespaces ? undefined : await getByName(session, reference);
    return byName ?? findByUid(session, reference, allNamespaces);
  });
  const found = references.flatMap(({ kind }, index) => {
    const object = seen[index];
    return object ? [{ kind, object }] : [];
  });
  const missing = references.filter((_, index) => !seen[index]);
  if (missing.length === 0) return { found };
  return { found, failure: await notFound(session, missing) };
}

function getByName(session: Session, { kind, name, namespace }: Reference): Promise<JoinedObject | undefined> {
  const { connection, objects, signal } = session;
  return objects.get(kind, namespace ?? connection.namespace, name, { signal });
}

/** One line for all that are missing; with a single one, what may have been meant. */
export async function notFound(session: Session, missing: readonly Reference[]): Promise<CommandFailure> {
  const [first] = missing;
  const names = missing.map(formatReference).join(", ");
  const namespace = first?.namespace ?? session.connection.namespace;
  const where = missing.some(({ kind }) => kind.namespaced) ? ` in namespace ${namespace}` : "";
  const hint = first && missing.length === 1 ? await meant(session, first) : "";
  const objects = missing.map(({ kind, name }) => ({
    ...{ kind: kind.kind, name },
    ...(kind.namespaced && { namespace }),
  }));
  const options = { reason: "NotFound", details: { objects } };
  return new CommandFailure(EXIT.failed, `${names} not found${where}${hint}`, options);
}

/** A user who may look at one object need not be allowed to list them. */
async function meant(session: Session, { kind, name, namespace }: Reference): Promise<string> {
  const near = await session.objects.list(kind, namespace ?? session.connection.namespace).catch(() => []);
  return didYouMean(
    name,
    near.map(({ metadata }) => printable(metadata.name)),
  );
}

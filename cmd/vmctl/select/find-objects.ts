import type { KindInfo } from "../../../resources/kinds.ts";
import type { JoinedObject } from "../../../store/objects/joined-object.ts";
import { didYouMean } from "../../config/did-you-mean.ts";
import { CommandFailure } from "../command-failure.ts";
import type { Session } from "../connection/session.ts";
import { EXIT } from "../exit-code.ts";
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

/** Reads what a selection names. Order: as asked for; lists by namespace and name. */
export async function findObjects(
  session: Session,
  selection: Selection,
  options: { readonly allNamespaces?: boolean } = {},
): Promise<Finding> {
  if (selection.type === "objects") return findNamed(session, selection.references);
  const namespace = options.allNamespaces ? undefined : session.connection.namespace;
  const lists = await Promise.all(
    selection.kinds.map(async (kind) => {
      const objects = await session.objects.list(kind, namespace);
      return objects.map((object) => ({ kind, object }));
    }),
  );
  return { found: lists.flat() };
}

async function findNamed(session: Session, references: readonly Reference[]): Promise<Finding> {
  const seen = await Promise.all(
    references.map(({ kind, name, namespace = session.connection.namespace }) =>
      session.objects.get(kind, namespace, name),
    ),
  );
  const found = references.flatMap(({ kind }, index) => {
    const object = seen[index];
    return object ? [{ kind, object }] : [];
  });
  const missing = references.filter((_, index) => !seen[index]);
  if (missing.length === 0) return { found };
  return { found, failure: await notFound(session, missing) };
}

/** One line for all that are missing; with a single one, what may have been meant. */
export async function notFound(session: Session, missing: readonly Reference[]): Promise<CommandFailure> {
  const [first] = missing;
  const names = missing.map(formatReference).join(", ");
  const namespace = first?.namespace ?? session.connection.namespace;
  const where = missing.some(({ kind }) => kind.namespaced) ? ` in namespace ${namespace}` : "";
  const hint = first && missing.length === 1 ? await meant(session, first) : "";
  return new CommandFailure(EXIT.failed, `${names} not found${where}${hint}`);
}

async function meant(session: Session, { kind, name, namespace }: Reference): Promise<string> {
  const near = await session.objects.list(kind, namespace ?? session.connection.namespace);
  return didYouMean(
    name,
    near.map(({ metadata }) => metadata.name),
  );
}

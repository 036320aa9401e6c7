import type { JoinedObject } from "../../../store/objects/joined-object.ts";
import { CommandFailure } from "../command-failure.ts";
import type { Session } from "../connection/session.ts";
import { EXIT } from "../exit-code.ts";
import { formatReference, type Reference } from "./references.ts";

const UID_LENGTH = 36;

/** The beginning of a uid, long enough to mean one: four hexadecimal digits. */
export const looksLikeUid = (word: string): boolean =>
  word.length <= UID_LENGTH && /^[0-9a-f]{4,8}$|^[0-9a-f]{8}-[-0-9a-f]*$/.test(word);

/**
 * The object whose uid is, or begins with, the name given; `undefined` if there is none. A whole uid is looked for in
 * all namespaces. CommandFailure if several begin so.
 */
export async function findByUid(
  session: Session,
  reference: Reference,
  allNamespaces: boolean,
): Promise<JoinedObject | undefined> {
  const { kind, name, namespace = session.connection.namespace } = reference;
  if (!looksLikeUid(name)) return undefined;
  const everywhere = allNamespaces || name.length === UID_LENGTH;
  const objects = await session.objects.list(kind, everywhere ? undefined : namespace, { signal: session.signal });
  const fitting = objects.filter(({ metadata }) => metadata.uid?.startsWith(name));
  if (fitting.length <= 1) return fitting[0];
  const names = fitting.map(({ metadata }) => formatReference({ kind, name: metadata.name }));
  throw new CommandFailure(EXIT.failed, `${fitting.length} uids begin with ${name}: ${names.join(", ")}`);
}

import { isNotFound } from "../../../store/objects/object-error.ts";
import type { Mutate } from "../../../store/objects/update-object.ts";
import type { Session } from "../connection/session.ts";
import { notFound } from "../select/find-objects.ts";
import type { Reference } from "../select/references.ts";

/** See updateObject; whether something was written. An object that is not there: CommandFailure with a suggestion. */
export async function changeObject(session: Session, reference: Reference, mutate: Mutate): Promise<boolean> {
  const ref = { namespace: session.connection.namespace, ...reference };
  try {
    return (await session.objects.update(ref, mutate, { signal: session.signal })).wrote;
  } catch (error) {
    if (isNotFound(error)) throw await notFound(session, [reference]);
    throw error;
  }
}

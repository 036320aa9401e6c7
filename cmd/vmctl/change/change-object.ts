import { recordUpdate } from "../../../resources/ownership/record-update.ts";
import { timestamp } from "../../../runtime/clock.ts";
import { isNotFound } from "../../../store/objects/object-error.ts";
import type { Mutate, Updated } from "../../../store/objects/update-object.ts";
import { fieldManager } from "../connection/field-manager.ts";
import type { Session } from "../connection/session.ts";
import { notFound } from "../select/find-objects.ts";
import type { Reference } from "../select/references.ts";

export interface ChangeOptions {
  /** What --field-manager says. */
  readonly fieldManager?: string | undefined;
  readonly dryRun?: boolean;
}

/**
 * See updateObject. What changes belongs to whoever runs the command from then on. An object that is not there:
 * CommandFailure with a suggestion.
 */
export async function changeObject(
  session: Session,
  reference: Reference,
  change: Mutate,
  options: ChangeOptions = {},
): Promise<Updated> {
  const manager = await fieldManager(session.connection, options.fieldManager);
  const mutate: Mutate = (before, modRevision) => {
    const after = change(before, modRevision);
    return after === before
      ? before
      : recordUpdate(reference.kind, { before, after }, { manager, now: timestamp(session.clock) });
  };
  const ref = { namespace: session.connection.namespace, ...reference };
  try {
    return await session.objects.update(ref, mutate, { signal: session.signal, dryRun: options.dryRun ?? false });
  } catch (error) {
    if (isNotFound(error)) throw await notFound(session, [reference]);
    throw error;
  }
}

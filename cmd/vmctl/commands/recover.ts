import type { Command } from "commander";
import { isNotFound } from "../../../store/objects/object-error.ts";
import { withSession } from "../connection/session.ts";
import { notFound } from "../select/find-objects.ts";
import { formatReference, parseReferences } from "../select/references.ts";

export async function runRecover(words: readonly string[], command: Command): Promise<void> {
  const references = parseReferences(words);
  await withSession(command, async (session) => {
    for (const reference of references) {
      const ref = { namespace: session.connection.namespace, ...reference };
      try {
        await session.objects.recover(ref, { signal: session.signal });
      } catch (error) {
        throw isNotFound(error) ? await notFound(session, [reference]) : error;
      }
      session.talk.say(`${formatReference(reference)} recovered`);
    }
  });
}

import type { Command } from "commander";
import { Hypervisor } from "../../../resources/hypervisor.ts";
import type { StoredObject } from "../../../resources/meta.ts";
import { UsageError } from "../../config/usage-error.ts";
import { changeObject } from "../change/change-object.ts";
import { type Session, withSession } from "../connection/session.ts";
import { formatReference, parseReferences, type Reference } from "../select/references.ts";

export async function runCordon(
  action: "cordon" | "uncordon",
  words: readonly string[],
  command: Command,
): Promise<void> {
  const references = hypervisors(words);
  await withSession(command, async (session) => {
    for (const reference of references) await setSchedulable(session, action, reference);
  });
}

/** As kubectl's: plain names, or `hypervisor/NAME`, or `hypervisor NAME`. */
function hypervisors(words: readonly string[]): readonly Reference[] {
  const named = words[0] === Hypervisor.singular && words.length > 1 ? words.slice(1) : words;
  const references = named.flatMap((word) => parseReferences([word.includes("/") ? word : `hypervisor/${word}`]));
  const other = references.find(({ kind }) => kind !== Hypervisor);
  if (other) throw new UsageError(`only hypervisors can be cordoned, not ${formatReference(other)}`);
  return references;
}

async function setSchedulable(session: Session, action: "cordon" | "uncordon", reference: Reference): Promise<void> {
  const { changed } = await changeObject(session, reference, (stored) =>
    withUnschedulable(stored, action === "cordon"),
  );
  session.talk.say(`${formatReference(reference)} ${changed ? "" : "already "}${action}ed`);
}

function withUnschedulable(stored: StoredObject, unschedulable: boolean): StoredObject {
  const { unschedulable: _old, ...spec } = stored.spec as { unschedulable?: boolean };
  return { ...stored, spec: unschedulable ? { ...spec, unschedulable } : spec };
}

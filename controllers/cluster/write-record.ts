import { parseTail } from "../../resources/keys.ts";
import { KINDS } from "../../resources/kinds.ts";
import type { StatusRecord } from "../../resources/status-record.ts";
import { emptyPart, type TransactionPart } from "../../store/transaction-part.ts";
import { admissionPart, type ObjectFacts, type PlainStatus } from "./admit.ts";
import { namespaceCompares } from "./barred.ts";
import { commit } from "./commit.ts";
import type { ControllerDeps } from "./controller-deps.ts";
import type { EventSubject } from "./event-recorder.ts";
import { transitions } from "./transitions.ts";

/** Of events about the object under a tail. */
export function subjectOf(tail: string, uid: string): EventSubject {
  const { plural, namespace, name = "" } = parseTail(tail) ?? {};
  const kind = KINDS.find((info) => info.plural === plural)?.kind ?? "";
  return { uid, kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

/**
 * Writes the status record of an object with the events that tell of it, and `more` in the same transaction. Nothing is
 * written when the record is as it was and there is nothing more. See commit.
 */
export async function writeRecord<Status extends PlainStatus>(
  deps: ControllerDeps,
  facts: ObjectFacts<Status>,
  record: StatusRecord<Status>,
  more: TransactionPart = emptyPart,
): Promise<void> {
  const part = admissionPart(facts, record);
  if (!part && more.writes.length === 0) return;
  const spoken = transitions(facts.status?.value.status.conditions ?? [], record.status.conditions ?? []);
  const events = record.uid ? await deps.events.writes(subjectOf(facts.tail, record.uid), spoken) : [];
  const isNew = facts.status?.value.uid === undefined;
  const compares = isNew ? namespaceCompares(deps.view, facts.tail) : [];
  await commit(deps, part ?? emptyPart, more, { compares, writes: events });
}

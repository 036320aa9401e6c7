import { type Member, memberId } from "../../../apply/applyset/membership.ts";
import { parsePruneLimit } from "../../../apply/applyset/prune-limit.ts";
import { KINDS } from "../../../resources/kinds.ts";
import { createObjectClient } from "../../../store/objects/object-client.ts";
import { isNotFound, ObjectError } from "../../../store/objects/object-error.ts";
import type { Store } from "../../../store/store.ts";
import { UsageError } from "../../config/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import { confirm } from "../confirm.ts";
import type { Session } from "../connection/session.ts";
import { EXIT } from "../exit-code.ts";
import { printable } from "../output/cell.ts";
import { formatReference } from "../select/references.ts";

export function parseLimit(text: string): (members: number) => number {
  const limit = parsePruneLimit(text);
  if (!limit) throw new UsageError(`--prune-limit ${text}: a share such as 25%, or a number`);
  return limit;
}

export interface PruneQuestion {
  readonly gone: readonly Member[];
  readonly before: readonly Member[];
  readonly isEmpty: boolean;
  readonly limit: (members: number) => number;
  readonly yes: boolean;
}

/**
 * Prints what would go, before anything is written. More than the limit, or an empty set, is taken for a mistake (a
 * wrong directory, a checkout that failed) until somebody says yes: CommandFailure, nothing changed.
 */
export async function confirmPrune(session: Session, question: PruneQuestion): Promise<void> {
  const { gone, before, isEmpty, limit, yes } = question;
  for (const member of gone) session.talk.say(`${labelOf(member)} to be pruned`);
  const most = limit(before.length);
  const why = isEmpty ? "there is no manifest" : `${gone.length} of ${before.length} would go, more than ${most}`;
  if (yes || (!isEmpty && gone.length <= most)) return;
  if (process.stdin.isTTY && (await confirm(`${why}: prune?`, session.signal))) return;
  throw new CommandFailure(
    EXIT.failed,
    `${why}: nothing was changed (--yes if you mean it, or a higher --prune-limit)`,
  );
}

interface Pruned {
  /** Still members: they could not be deleted. */
  readonly left: readonly Member[];
  readonly failure: CommandFailure | undefined;
}

/** Deletes them, what refers to others first. What is gone already, or is another object by now, is left alone. */
export async function prune(session: Session, store: Store, gone: readonly Member[]): Promise<Pruned> {
  const objects = createObjectClient(store, session.clock);
  const left: Member[] = [];
  const refusals: string[] = [];
  for (const member of inOrderOfDeletion(gone)) {
    const kind = KINDS.find((info) => info.kind === member.kind);
    if (!kind) {
      left.push(member);
      refusals.push(`${memberId(member)} is of a kind that this vmctl does not know`);
      continue;
    }
    const ref = { kind, namespace: member.namespace, name: member.name };
    try {
      await objects.requestDeletion(ref, { uid: member.uid, signal: session.signal });
      session.talk.say(`${labelOf(member)} pruned`);
    } catch (error) {
      if (isNotFound(error)) continue;
      if (!(error instanceof ObjectError)) throw error;
      left.push(member);
      refusals.push(error.message);
    }
  }
  const failure =
    refusals.length > 0 ? new CommandFailure(EXIT.failed, `not pruned: ${refusals.join("; ")}`) : undefined;
  return { left, failure };
}

/** KINDS lists what refers to others first. */
function inOrderOfDeletion(members: readonly Member[]): readonly Member[] {
  const rank = ({ kind }: Member) => KINDS.findIndex((info) => info.kind === kind);
  return [...members].sort((a, b) => rank(a) - rank(b));
}

function labelOf(member: Member): string {
  const kind = KINDS.find((info) => info.kind === member.kind);
  return printable(kind ? formatReference({ kind, name: member.name }) : memberId(member));
}

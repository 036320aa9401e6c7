import { PREFIX } from "../../resources/keys.ts";
import { TransientError } from "../../runtime/errors.ts";
import type { Compare, Entry } from "../../store/store.ts";
import { isLeaseGone } from "../../store/store-error.ts";
import { joinParts, type TransactionPart } from "../../store/transaction-part.ts";
import type { ControllerDeps } from "./controller-deps.ts";
import { isWatched } from "./watched-prefixes.ts";

/** Code of the TransientError of a lost compare. */
export const STALE = "Stale";

/**
 * Commits the parts and waits until our pictures show it. A lost compare means the decision was made on an old
 * picture: the pass is repeated (TransientError), and the current state will come by watch.
 */
export async function commit(deps: ControllerDeps, ...parts: readonly TransactionPart[]): Promise<void> {
  const { seen } = await send(deps, ...parts);
  await seen();
}

export interface Committed {
  readonly revision: number;
  /** Resolves when our pictures show it. */
  readonly seen: () => Promise<void>;
}

/** The same, without waiting for the pictures where it was committed. */
export async function send(deps: ControllerDeps, ...parts: readonly TransactionPart[]): Promise<Committed> {
  const transaction = joinParts(...parts);
  const outcome = await deps.store.commit(transaction).catch(async (error: unknown) => {
    if (isLeaseGone(error)) await deps.events.forgetLease();
    throw error;
  });
  if (outcome.kind === "committed") {
    const { revision } = outcome;
    const written = new Map(transaction.writes.map(({ key }) => [key, revision]));
    return { revision, seen: () => waitForPictures(deps, written) };
  }
  await waitForPictures(deps, revisionsOf(outcome.current));
  throw new TransientError(STALE, "what was decided upon has changed meanwhile");
}

/** A revision only shows in a picture that holds a key it changed: each picture is asked for its own. */
async function waitForPictures(deps: ControllerDeps, revisions: ReadonlyMap<string, number>): Promise<void> {
  const newest = (belongs: (key: string) => boolean): number =>
    Math.max(0, ...[...revisions].filter(([key]) => belongs(key)).map(([, revision]) => revision));
  await deps.caughtUp(newest(isWatched));
  await deps.placement.caughtUp(newest((key) => key.startsWith(PREFIX.placement)));
}

/** A key that vanished tells no revision. */
const revisionsOf = (current: ReadonlyMap<string, Entry | undefined>): ReadonlyMap<string, number> =>
  new Map([...current].map(([key, entry]) => [key, entry?.modRevision ?? 0]));

/** Compare that a key is as it was seen: this mod revision, or absent. */
export function asSeen(key: string, seen: { readonly modRevision: number } | undefined): Compare {
  return seen ? { key, modRevision: seen.modRevision } : { key, absent: true };
}

import { assignedInstanceKey, observedInstanceKey } from "../../resources/keys.ts";
import type { ObservedInstance } from "../../resources/observed.ts";
import type { Compare } from "../../store/store.ts";
import type { NodeDeps } from "./node-deps.ts";

/**
 * Writes what was observed, if it differs from what was said last. It compares the assignment it was made for, so
 * nothing is ever written about an instance whose records a finished deletion has just removed. False: the
 * assignment has changed meanwhile, look again.
 */
export async function report(
  deps: NodeDeps,
  record: ObservedInstance,
  assignedRevision: number | undefined,
): Promise<boolean> {
  const { name, store, view } = deps;
  const last = view.observed(record.uid);
  const value = JSON.stringify(record);
  if (last && JSON.stringify(last.value) === value) return true;
  const key = observedInstanceKey(name, record.uid);
  const guard: Compare | undefined =
    assignedRevision !== undefined
      ? { key: assignedInstanceKey(name, record.uid), modRevision: assignedRevision }
      : last && { key, modRevision: last.modRevision };
  if (!guard) return true;
  const outcome = await store.commit({ compares: [guard], writes: [{ op: "put", key, value }] });
  if (outcome.kind === "stale") return false;
  await deps.caughtUp(outcome.revision);
  return true;
}

/** Takes back what was said last, unless something else was said since. */
export async function withdraw({ name, store, view, caughtUp }: NodeDeps, uid: string): Promise<void> {
  const last = view.observed(uid);
  if (!last) return;
  const key = observedInstanceKey(name, uid);
  const outcome = await store.commit({
    compares: [{ key, modRevision: last.modRevision }],
    writes: [{ op: "delete", key }],
  });
  if (outcome.kind === "committed") await caughtUp(outcome.revision);
}

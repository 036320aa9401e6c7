import { CodedError } from "../runtime/errors.ts";
import type { CallOptions, Compare, Entry, Store } from "./store.ts";
import { isUnknownOutcome } from "./store-error.ts";

/** What shall stand under the key, and what else must hold in that moment. `undefined`: leave it as it is. */
export type Rewrite = { readonly value: string; readonly compares?: readonly Compare[] } | undefined;

export interface Rewritten {
  readonly wrote: boolean;
  /** The revision the key now has; 0 when it is absent and was left so. */
  readonly modRevision: number;
}

const ATTEMPTS = 16;

/**
 * Read, compute, write by compare; again with what stands there whenever somebody was faster. `next` may be called
 * several times and throws to give up. Nothing is written when it says so, or when the text is the one that stands.
 * A reply that was lost is resolved by reading back, so one call writes at most once.
 * Fails with code `Conflict` after 16 lost races, otherwise as the store does.
 */
export async function rewriteKey(
  store: Store,
  key: string,
  next: (current: Entry | undefined) => Rewrite | Promise<Rewrite>,
  options: CallOptions = {},
): Promise<Rewritten> {
  const attempted = new Set<string>();
  let current = await store.get(key, options);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (current && attempted.has(current.value)) return { wrote: true, modRevision: current.modRevision };
    const wanted = await next(current);
    if (!wanted || wanted.value === current?.value) return { wrote: false, modRevision: current?.modRevision ?? 0 };
    const reply = await write(store, { key, current, wanted }, options);
    if (reply.kind === "committed") return { wrote: true, modRevision: reply.revision };
    if (reply.kind === "unknown") attempted.add(wanted.value);
    current = reply.current;
  }
  throw new CodedError("Conflict", `${key}: somebody else was faster ${ATTEMPTS} times`);
}

interface Attempt {
  readonly key: string;
  readonly current: Entry | undefined;
  readonly wanted: NonNullable<Rewrite>;
}
type Reply =
  | { readonly kind: "committed"; readonly revision: number }
  | { readonly kind: "stale" | "unknown"; readonly current: Entry | undefined };

async function write(store: Store, { key, current, wanted }: Attempt, options: CallOptions): Promise<Reply> {
  const asSeen: Compare = current ? { key, modRevision: current.modRevision } : { key, absent: true };
  try {
    const outcome = await store.commit(
      { compares: [asSeen, ...(wanted.compares ?? [])], writes: [{ op: "put", key, value: wanted.value }] },
      options,
    );
    return outcome.kind === "committed" ? outcome : { kind: "stale", current: outcome.current.get(key) };
  } catch (error) {
    if (!isUnknownOutcome(error)) throw error;
    return { kind: "unknown", current: await store.get(key, options) };
  }
}

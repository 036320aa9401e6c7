import { canonicalJson } from "../../resources/canonical-json.ts";
import type { Wish } from "./peers.ts";
import type { Refusal } from "./propose.ts";

interface Waiting {
  readonly tail: string;
  readonly priority: number;
  readonly hopes: boolean;
}

/**
 * Instances that found no place, those together that ask for the same. As long as nothing came free, what one of them
 * was told holds for all; when something did, one of each kind is tried, and the next only after that one found a place.
 * So what waits costs nothing, however much it is.
 */
export class WaitingRoom {
  readonly #byKind = new Map<string, Map<string, Waiting>>();
  readonly #kindOf = new Map<string, string>();
  readonly #refusals = new Map<string, Refusal>();

  /** What one that asks for the same was told since something came free last. */
  refusalOf(wish: Wish): Refusal | undefined {
    return this.#refusals.size === 0 ? undefined : this.#refusals.get(kindOf(wish));
  }

  enter(tail: string, wish: Wish, refusal: Refusal): void {
    const kind = kindOf(wish);
    this.#stand(tail, kind, wish);
    this.#refusals.set(kind, refusal);
  }

  /** What it names is not there: that is nobody else's trouble. */
  enterAlone(tail: string, wish: Wish): void {
    this.#stand(tail, `alone/${tail}`, wish);
  }

  #stand(tail: string, kind: string, wish: Wish): void {
    if (this.#kindOf.get(tail) !== kind) this.leave(tail);
    this.#kindOf.set(tail, kind);
    const those = this.#byKind.get(kind) ?? new Map<string, Waiting>();
    this.#byKind.set(kind, those.set(tail, { tail, priority: wish.spec.priority ?? 0, hopes: hopesForPeers(wish) }));
  }

  /** Returns who is to be tried now: this one waits no longer, and there may be a place for the next of its kind. */
  leave(tail: string): string | undefined {
    const kind = this.#kindOf.get(tail);
    const those = kind === undefined ? undefined : this.#byKind.get(kind);
    if (kind === undefined || those === undefined) return undefined;
    this.#kindOf.delete(tail);
    this.#refusals.delete(kind);
    those.delete(tail);
    if (those.size === 0) this.#byKind.delete(kind);
    return firstOf(those.values())?.tail;
  }

  has(tail: string): boolean {
    return this.#kindOf.has(tail);
  }

  /** Who waits with one, by what it asks for, and how many of all have a higher priority; undefined: it does not wait. */
  standing(tail: string): { readonly same: number; readonly higher: number } | undefined {
    const those = this.#byKind.get(this.#kindOf.get(tail) ?? "");
    const own = those?.get(tail);
    if (!those || !own) return undefined;
    let higher = 0;
    for (const kind of this.#byKind.values())
      for (const { priority } of kind.values()) if (priority > own.priority) higher += 1;
    return { same: those.size - 1, higher };
  }

  /** Something came free: nothing that was told holds any more. */
  forgetRefusals(): void {
    this.#refusals.clear();
  }

  /** One of each kind: the one of the highest priority that has waited longest. */
  firsts(): string[] {
    return this.#firsts().map(({ tail }) => tail);
  }

  /** Those of them for whom a bind may be what they wait for: they want to be near somebody. */
  hopeful(): string[] {
    const hopeful = this.#firsts().filter(({ hopes }) => hopes);
    for (const { tail } of hopeful) this.#refusals.delete(this.#kindOf.get(tail) ?? "");
    return hopeful.map(({ tail }) => tail);
  }

  #firsts(): Waiting[] {
    return [...this.#byKind.values()].flatMap((those) => firstOf(those.values()) ?? []);
  }
}

function firstOf(waiting: Iterable<Waiting>): Waiting | undefined {
  let first: Waiting | undefined;
  for (const one of waiting) if (first === undefined || one.priority > first.priority) first = one;
  return first;
}

/** All that a decision goes by. What is only for the guest, or for people, makes no difference. */
function kindOf({ namespace, labels, spec }: Wish): string {
  const { cloudInit, sshKeys, hostname, description, priority, updatePolicy, ...asked } = spec;
  return canonicalJson({ namespace, labels, asked });
}

const hopesForPeers = ({ spec }: Wish): boolean => (spec.affinity ?? []).length > 0;

import type { Member } from "./member.ts";
import type { Wanted } from "./member-object.ts";
import { type MemberUpdate, updateOf } from "./member-update.ts";

const NONE: MemberUpdate = { kind: "none" };

/**
 * updateOf, without merging again what was found equal: a set of many looks at all of them whenever one reports. That
 * nothing is to do follows from the instance's spec key and the template alone, whatever its status says.
 */
export class MemberUpdates {
  /** By set and member: the spec revision and the template that were found equal. */
  readonly #equal = new Map<string, Map<string, string>>();

  of(wanted: Wanted, member: Member, nowMs: number): MemberUpdate {
    const known = this.#equal.get(wanted.set.tail) ?? new Map<string, string>();
    this.#equal.set(wanted.set.tail, known);
    const key = `${member.revision}/${wanted.set.uid}/${wanted.revision}`;
    if (known.get(member.tail) === key) return NONE;
    const update = updateOf(wanted, member, nowMs);
    if (update.kind === "none") known.set(member.tail, key);
    return update;
  }

  forget(set: string): void {
    this.#equal.delete(set);
  }
}

import { applySetKey, applySetLockKey, PREFIX } from "../../resources/keys.ts";
import { API_VERSION } from "../../resources/meta.ts";
import { type Clock, timestamp } from "../../runtime/clock.ts";
import { CodedError } from "../../runtime/errors.ts";
import { Election } from "../../store/election.ts";
import { fencedStore } from "../../store/fenced-store.ts";
import type { Leadership } from "../../store/leadership.ts";
import type { CallOptions, Entry, Store } from "../../store/store.ts";
import { decodeMembership, inOrder, type Member, type Membership, memberId } from "./membership.ts";

export interface SetHolderOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly name: string;
  /** Shown to whoever has to wait for us. */
  readonly holder: string;
  readonly signal: AbortSignal;
}

/**
 * The one who may change an ApplySet now. Two pipelines that apply the same set come one after the other; whoever died
 * or was stopped for longer than the lease's 15 s is replaced, and `store` refuses its writes from then on.
 */
export class SetHolder {
  readonly store: Store;
  readonly #options: SetHolderOptions;
  readonly #leadership: Leadership;

  private constructor(options: SetHolderOptions, leadership: Leadership) {
    this.#options = options;
    this.#leadership = leadership;
    const replaced = `another apply of set ${options.name} has taken over; this one writes nothing more`;
    this.store = fencedStore(options.store, leadership.fence(), replaced);
  }

  /** Waits for its turn. Fails as Aborted by the signal. */
  static async acquire(options: SetHolderOptions): Promise<SetHolder> {
    return new SetHolder(options, await electionOf(options).campaign(options.signal));
  }

  /** Who would have to be waited for. */
  static holderOf(options: SetHolderOptions): Promise<string | undefined> {
    return electionOf(options).leader();
  }

  /** What the set holds; nothing while nobody applied it. A record that cannot be read is never overwritten. */
  async members(): Promise<readonly Member[]> {
    const entry = await this.store.get(applySetKey(this.#options.name), this.#call);
    return entry ? readMembership(entry).members : [];
  }

  /** Other sets' names by the id of their members (see memberId). */
  async foreignMembers(): Promise<ReadonlyMap<string, string>> {
    const { entries } = await this.store.list([PREFIX.applysets], this.#call);
    const others = entries.filter(({ key }) => key.endsWith("/members") && key !== applySetKey(this.#options.name));
    const records = others.flatMap((entry) => {
      const decoded = decodeMembership(entry.key, entry.value);
      return decoded.ok ? [decoded.value] : [];
    });
    return new Map(records.flatMap(({ name, members }) => members.map((member) => [memberId(member), name])));
  }

  /** From now on the set holds these. */
  async remember(members: readonly Member[]): Promise<void> {
    const { name, holder, clock } = this.#options;
    const key = applySetKey(name);
    const before = await this.store.get(key, this.#call);
    const sorted = inOrder(members);
    if (before && JSON.stringify(readMembership(before).members) === JSON.stringify(sorted)) return;
    const record: Membership = {
      ...{ apiVersion: API_VERSION, kind: "ApplySet", name, updatedBy: holder, updatedAt: timestamp(clock) },
      members: [...sorted],
    };
    // The lock makes us the only writer, so whatever stands there now is what we read.
    const compares = [before ? { key, modRevision: before.modRevision } : { key, absent: true as const }];
    const write = { op: "put", key, value: JSON.stringify(record) } as const;
    const outcome = await this.store.commit({ compares, writes: [write] }, this.#call);
    if (outcome.kind === "stale") throw new CodedError("Conflict", `${key} was changed by hand: apply again`);
  }

  release(): Promise<void> {
    return this.#leadership.resign();
  }

  get #call(): CallOptions {
    return { signal: this.#options.signal };
  }
}

const electionOf = ({ store, clock, name, holder }: SetHolderOptions): Election =>
  new Election({ store, clock, holder, name: `applyset ${name}`, key: applySetLockKey(name) });

function readMembership({ key, value }: Entry): Membership {
  const decoded = decodeMembership(key, value);
  if (decoded.ok) return decoded.value;
  throw new CodedError(
    "Malformed",
    `${key} cannot be read (${decoded.problem}): restore it from a backup, or delete the key and list what it held by hand`,
  );
}

import type { KindInfo } from "../../../resources/kinds.ts";
import type { JoinedObject } from "../../../store/objects/joined-object.ts";
import type { ObjectWatchChange } from "../../../store/objects/watch-objects.ts";
import { CommandFailure } from "../command-failure.ts";
import type { Session } from "../connection/session.ts";
import { EXIT } from "../exit-code.ts";
import { printable } from "../output/cell.ts";
import { notFound } from "../select/find-objects.ts";
import { formatReference, type Reference } from "../select/references.ts";
import type { WaitCondition } from "../select/wait-condition.ts";
import { openWords } from "./open-words.ts";
import { withTimeout } from "./with-timeout.ts";

export interface WaitRequest {
  readonly references: readonly Reference[];
  readonly condition: WaitCondition;
  /** In all, not for each object; 0 looks once. */
  readonly timeoutMs: number;
  /** How long nothing needs to be said; default 30 s. */
  readonly silentMs?: number;
}

const SILENT_MS = 30_000;

/**
 * Waits until the condition holds for every object at some moment, saying each as it comes. CommandFailure: not
 * found (unless absence is fine), or timed out with what is still waited for and what it says. A wait that takes long
 * says the same on standard error once.
 */
export async function awaitObjects(session: Session, request: WaitRequest, say: (line: string) => void): Promise<void> {
  const pending = new Pending(session, request, say);
  const silent = session.clock.after(request.silentMs ?? SILENT_MS, () => session.talk.note(pending.stillWaiting()));
  try {
    const work = withTimeout(session, request.timeoutMs, (signal) =>
      Promise.all(pending.ranges().map((range) => pending.follow(range, signal))),
    );
    const timedOut = await session.talk.progress.during(() => pending.whatFor(), work);
    if (timedOut) throw pending.timedOut();
  } finally {
    silent();
  }
}

class Pending {
  readonly #session: Session;
  readonly #condition: WaitCondition;
  readonly #once: boolean;
  readonly #say: (line: string) => void;
  /** What is still waited for, with the object as last seen. */
  readonly #open: Map<Reference, JoinedObject | undefined>;
  /** The uid each name had when the wait began. */
  readonly #first = new Map<Reference, string>();

  constructor(session: Session, { references, condition, timeoutMs }: WaitRequest, say: (line: string) => void) {
    this.#session = session;
    this.#condition = condition;
    this.#once = timeoutMs === 0;
    this.#say = say;
    this.#open = new Map(references.map((reference) => [reference, undefined]));
  }

  /** What has to be watched: each kind in each namespace once. */
  ranges(): Range[] {
    const ranges = [...this.#open.keys()].map((reference) => this.#rangeOf(reference));
    return [...new Map(ranges.map((range) => [`${range.kind.kind}/${range.namespace}`, range])).values()];
  }

  /** Returns when nothing in the range is waited for any more, or the signal aborts. */
  async follow(range: Range, signal: AbortSignal): Promise<void> {
    for await (const change of this.#session.objects.watch(range.kind, range.namespace, signal)) {
      await this.#apply(range, change);
      if (this.#in(range).length === 0) return;
      if (this.#once) throw this.timedOut();
    }
  }

  timedOut(): CommandFailure {
    const objects = [...this.#open.keys()].map(formatReference);
    return new CommandFailure(EXIT.timedOut, `timed out ${this.whatFor()}`, { details: { objects } });
  }

  stillWaiting(): string {
    return `still ${this.whatFor()}`;
  }

  whatFor(): string {
    const open = [...this.#open].map(([reference, object]) => ({
      name: formatReference(reference),
      seen: lastSeen(object),
    }));
    return `waiting for ${this.#condition.text} on ${openWords(open)}`;
  }

  async #apply(range: Range, change: ObjectWatchChange): Promise<void> {
    if (change.type === "start") return this.#start(range, change.objects);
    const reference = this.#in(range).find(({ name }) => name === change.object.metadata.name);
    if (reference) this.#look(reference, change.type === "put" ? change.object : undefined);
  }

  async #start(range: Range, objects: readonly JoinedObject[]): Promise<void> {
    const byName = new Map(objects.map((object) => [object.metadata.name, object]));
    const missing = this.#in(range).filter(({ name }) => !byName.has(name));
    if (missing.length > 0 && !this.#condition.absentIsFine) throw await notFound(this.#session, missing);
    for (const reference of this.#in(range)) {
      const object = byName.get(reference.name);
      if (object?.metadata.uid !== undefined) this.#first.set(reference, object.metadata.uid);
      this.#look(reference, object);
    }
  }

  #look(reference: Reference, object: JoinedObject | undefined): void {
    const uid = this.#first.get(reference);
    if (!this.#condition.met(object, uid)) return void this.#open.set(reference, object);
    this.#open.delete(reference);
    this.#say(printable(`${formatReference(reference)} ${this.#condition.said}`));
  }

  #in(range: Range): Reference[] {
    return [...this.#open.keys()].filter((reference) => {
      const { kind, namespace } = this.#rangeOf(reference);
      return kind === range.kind && namespace === range.namespace;
    });
  }

  #rangeOf({ kind, namespace = this.#session.connection.namespace }: Reference): Range {
    return { kind, namespace };
  }
}

interface Range {
  readonly kind: KindInfo;
  readonly namespace: string;
}

/** The phase and the condition that is not as it should be: why the wait was in vain. */
function lastSeen(object: JoinedObject | undefined): string {
  const status = (object?.status ?? {}) as {
    phase?: string;
    conditions?: { type: string; status: string; message: string }[];
  };
  const ready = Array.isArray(status.conditions) ? status.conditions.find(({ type }) => type === "Ready") : undefined;
  const parts = [status.phase, ready && ready.status !== "True" ? ready.message : undefined].filter(Boolean);
  return parts.join(": ");
}

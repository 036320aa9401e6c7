import type { Command } from "commander";
import type { JoinedObject } from "../../../store/objects/joined-object.ts";
import { CommandFailure } from "../command-failure.ts";
import { type Session, withSession } from "../connection/session.ts";
import { EXIT } from "../exit-code.ts";
import { printable } from "../output/cell.ts";
import { onlySets } from "../rollout/only-sets.ts";
import { parseRevision } from "../rollout/parse-revision.ts";
import { readRevisions } from "../rollout/read-revisions.ts";
import { rolloutProgress } from "../rollout/rollout-progress.ts";
import { notFound } from "../select/find-objects.ts";
import { formatReference, parseReferences, type Reference } from "../select/references.ts";
import { withTimeout } from "../wait/with-timeout.ts";
import type { RolloutStatusFlags } from "./rollout-command.ts";
import { parseTimeout } from "./wait.ts";

export async function runRolloutStatus(
  words: readonly string[],
  flags: RolloutStatusFlags,
  command: Command,
): Promise<void> {
  const references = onlySets(parseReferences(words), "rolled out");
  const timeoutMs = parseTimeout(flags.timeout);
  const revision = parseRevision("--revision", flags.revision);
  await withSession(command, async (session) => {
    let last = "";
    const follow = async (signal: AbortSignal) => {
      for (const reference of references) {
        const watched = new WatchedRollout(session, reference, { watch: flags.watch, revision });
        await watched.follow(signal, (text) => {
          last = text;
        });
      }
    };
    const timedOut = await withTimeout(session, timeoutMs, follow);
    if (timedOut) throw new CommandFailure(EXIT.timedOut, `timed out ${last}`);
  });
}

interface Wanted {
  readonly watch: boolean;
  readonly revision: number | undefined;
}

class WatchedRollout {
  readonly #session: Session;
  readonly #reference: Reference;
  readonly #wanted: Wanted;
  #said = "";

  constructor(session: Session, reference: Reference, wanted: Wanted) {
    this.#session = session;
    this.#reference = reference;
    this.#wanted = wanted;
  }

  /** Returns when it is through. `waitsFor`: what it waits for now. */
  async follow(signal: AbortSignal, waitsFor: (text: string) => void): Promise<void> {
    const { kind, name, namespace = this.#session.connection.namespace } = this.#reference;
    for await (const change of this.#session.objects.watch(kind, namespace, signal)) {
      const all = change.type === "start" ? change.objects : [change.object];
      const object = all.find(({ metadata }) => metadata.name === name);
      if (change.type === "start" && !object) throw await notFound(this.#session, [this.#reference]);
      if (!object) continue;
      if (change.type === "delete") throw this.#failed("was deleted");
      if (await this.#isEnough(object, waitsFor)) return;
    }
  }

  async #isEnough(object: JoinedObject, waitsFor: (text: string) => void): Promise<boolean> {
    await this.#checkRevision(object);
    const { text, isDone, isHopeless } = rolloutProgress(object);
    if (isHopeless) throw new CommandFailure(EXIT.failed, text);
    waitsFor(text);
    if (text !== this.#said) process.stdout.write(`${printable(text)}\n`);
    this.#said = text;
    return isDone || !this.#wanted.watch;
  }

  async #checkRevision({ metadata }: JoinedObject): Promise<void> {
    const { revision } = this.#wanted;
    if (revision === undefined) return;
    const { store, signal } = this.#session;
    const newest = (await readRevisions(store, metadata.uid ?? "", { signal })).at(-1)?.number ?? 0;
    if (newest !== revision) throw this.#failed(`has revision ${newest} now, not ${revision}`);
  }

  #failed(what: string): CommandFailure {
    return new CommandFailure(EXIT.failed, `${formatReference(this.#reference)} ${what}`);
  }
}

import { Instance } from "../../resources/instance.ts";
import { parseTail, statusKey } from "../../resources/keys.ts";
import { commit } from "./commit.ts";
import type { ControllerDeps } from "./controller-deps.ts";
import type { Transition } from "./transitions.ts";
import { subjectOf } from "./write-record.ts";

/** Events expire after about an hour; what lasts is told again before that. */
const AGAIN_MS = 30 * 60_000;

interface Told {
  readonly revision: number;
  /** Of a clock that does not jump. */
  readonly at: number;
}

/**
 * A status that cannot be read is quarantined: nothing is decided over it, and nobody writes over it (S8). So no condition
 * can tell of it: an event does, once for each text and now and then while it lasts.
 */
export class UnreadableStatus {
  readonly #deps: ControllerDeps;
  readonly #told = new Map<string, Told>();

  constructor(deps: ControllerDeps) {
    this.#deps = deps;
  }

  /** Whether nothing may be decided about this object now; then it is told. */
  async stops(tail: string): Promise<boolean> {
    const problem = this.#deps.view.problemOf(statusKey(tail));
    if (problem === undefined) this.#told.delete(tail);
    else await this.#tell(tail, problem);
    return problem !== undefined;
  }

  /** An object that nobody owns by uid gets no event: whose it is, is unknown. */
  async #tell(tail: string, problem: string): Promise<void> {
    const { view, events, clock } = this.#deps;
    const key = statusKey(tail);
    const revision = view.malformed(key)?.modRevision ?? 0;
    const uid = view.spec(tail)?.value.metadata.uid;
    if (uid === undefined || view.uid(uid)?.value.tail !== tail || this.#isTold(tail, revision)) return;
    const writes = await events.writes(subjectOf(tail, uid), [unreadable(tail, problem)]);
    await commit(this.#deps, { compares: [{ key, modRevision: revision }], writes });
    this.#told.set(tail, { revision, at: clock.monotonic() });
  }

  #isTold(tail: string, revision: number): boolean {
    const told = this.#told.get(tail);
    return told?.revision === revision && this.#deps.clock.monotonic() - told.at < AGAIN_MS;
  }
}

function unreadable(tail: string, problem: string): Transition {
  const isInstance = parseTail(tail)?.plural === Instance.plural;
  const [kept, source] = isInstance
    ? ["the instance and its guest is left as it is", " from what its host was told"]
    : ["it", ""];
  const message = `${statusKey(tail)} cannot be read (${problem}): nothing is decided about ${kept}; put the key right, or remove it: then it is written again${source}`;
  return { type: "Warning", reason: "StatusUnreadable", message };
}

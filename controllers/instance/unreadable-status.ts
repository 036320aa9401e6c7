import { Instance } from "../../resources/instance.ts";
import { parseTail, statusKey } from "../../resources/keys.ts";
import { commit } from "../cluster/commit.ts";
import type { ControllerDeps } from "../cluster/controller-deps.ts";
import type { Transition } from "../cluster/transitions.ts";

/** Events expire after about an hour; what lasts is told again before that. */
const AGAIN_MS = 30 * 60_000;

interface Told {
  readonly revision: number;
  /** Of a clock that does not jump. */
  readonly at: number;
}

/**
 * A status that cannot be read is left alone (S8), so no condition can tell of it: an event does, once for each text
 * and now and then while it lasts.
 */
export class UnreadableStatus {
  readonly #deps: ControllerDeps;
  readonly #told = new Map<string, Told>();

  constructor(deps: ControllerDeps) {
    this.#deps = deps;
  }

  /** An object that nobody owns by uid gets no event: whose it is, is unknown. */
  async tell(tail: string, problem: string): Promise<void> {
    const { view, events, clock } = this.#deps;
    const key = statusKey(tail);
    const revision = view.malformed(key)?.modRevision ?? 0;
    const uid = view.spec(tail)?.value.metadata.uid;
    if (uid === undefined || view.uid(uid)?.value.tail !== tail || this.#isTold(tail, revision)) return;
    const { namespace = "", name = "" } = parseTail(tail) ?? {};
    const writes = await events.writes({ uid, kind: Instance.kind, namespace, name }, [unreadable(key, problem)]);
    await commit(this.#deps, { compares: [{ key, modRevision: revision }], writes });
    this.#told.set(tail, { revision, at: clock.monotonic() });
  }

  isReadable(tail: string): void {
    this.#told.delete(tail);
  }

  #isTold(tail: string, revision: number): boolean {
    const told = this.#told.get(tail);
    return told?.revision === revision && this.#deps.clock.monotonic() - told.at < AGAIN_MS;
  }
}

const unreadable = (key: string, problem: string): Transition => ({
  type: "Warning",
  reason: "StatusUnreadable",
  message: `${key} cannot be read (${problem}): nothing is decided about the instance and its guest is left as it is; put the key right, or remove it: then it is written again from what its host was told`,
});

import { PlacementState } from "../engine/state.ts";
import type { PlacementBackend, Plan } from "./backend.ts";

/** A Placement that lives as long as its process. Deciding and writing is one synchronous step, so nobody races. */
export class MemoryBackend implements PlacementBackend {
  readonly readOnly = undefined;
  #state = new PlacementState();

  get state(): PlacementState {
    return this.#state;
  }

  async write<T>(plan: Plan<T>): Promise<T> {
    const { changes, result } = plan(this.#state);
    for (const change of changes) this.#state.apply(change);
    return result;
  }

  reset(): void {
    this.#state = new PlacementState();
  }

  async close(): Promise<void> {}
}

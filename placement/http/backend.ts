import type { Planned } from "../engine/changes/views.ts";
import type { PlacementState } from "../engine/state.ts";

/** Decides on a state what to write; may be called again on a newer one. Throws a PlacementProblem to refuse. */
export type Plan<T> = (state: PlacementState) => Planned<T>;

/** Where a served Placement keeps its state. */
export interface PlacementBackend {
  /** The present picture. Never written to by those who read it. */
  readonly state: PlacementState;
  /**
   * Writes all that a plan decides, or nothing. Reads made after it resolved see it. PlacementProblem for what the plan
   * refuses, `placement.concurrent_update` when others kept changing what it was decided on.
   */
  write<T>(plan: Plan<T>): Promise<T>;
  /** Why nothing may be written at all; `undefined` when it may. */
  readonly readOnly: string | undefined;
  /** Forgets everything, where that is on offer. */
  reset?(): void;
  close(): Promise<void>;
}

import type { Placement } from "../../placement/placement.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Log } from "../../runtime/log.ts";
import type { Store } from "../../store/store.ts";
import type { ClusterView } from "./cluster-view.ts";
import type { EventRecorder } from "./event-recorder.ts";

/** What every cluster-wide reconciler is handed. `store` is fenced: it writes only while we lead. */
export interface ControllerDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly view: ClusterView;
  readonly placement: Placement;
  readonly events: EventRecorder;
  /** Waits until the shared picture holds a revision we wrote, so that the next pass sees its own writes. */
  readonly caughtUp: (revision: number) => Promise<void>;
}

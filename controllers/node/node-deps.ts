import type { Hypervisor } from "../../hypervisor/hypervisor.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Store } from "../../store/store.ts";
import type { NodeView } from "./node-view.ts";

/** What the parts of one node controller share. */
export interface NodeDeps {
  readonly name: string;
  readonly clock: Clock;
  readonly store: Store;
  readonly hypervisor: Hypervisor;
  readonly view: NodeView;
  /** Whether the node's lease is held now: the right to start anything (I1). */
  readonly held: () => boolean;
  readonly caughtUp: (revision: number) => Promise<void>;
}

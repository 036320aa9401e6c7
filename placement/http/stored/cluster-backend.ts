import { PlacementProblem } from "../../engine/placement-problem.ts";
import { PROBLEM } from "../../engine/problems.ts";
import type { PlacementState } from "../../engine/state.ts";
import type { PlacementBackend } from "../backend.ts";
import { structureKey } from "./record-keys.ts";
import { StateFeed, type StoreParts } from "./state-feed.ts";

/** The live Placement of a cluster, to look at. */
export class ClusterBackend implements PlacementBackend {
  readonly readOnly =
    "This is the live state of a vmctl cluster, and its controllers keep it: change Hypervisors and Instances with " +
    "vmctl, and they will follow.";
  readonly #feed: StateFeed;

  private constructor(feed: StateFeed) {
    this.#feed = feed;
  }

  /** Fails with a StoreError when etcd does not answer, or not to this user: who wants to look wants to be told. */
  static async open(parts: StoreParts, signal: AbortSignal): Promise<ClusterBackend> {
    await parts.store.get(structureKey, { signal });
    return new ClusterBackend(await StateFeed.open(parts, signal));
  }

  get state(): PlacementState {
    return this.#feed.state;
  }

  async write(): Promise<never> {
    throw new PlacementProblem(PROBLEM.readOnly, this.readOnly);
  }

  close(): Promise<void> {
    return this.#feed.close();
  }
}

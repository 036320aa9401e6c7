import { PlacementProblem } from "../../engine/placement-problem.ts";
import { PROBLEM } from "../../engine/problems.ts";
import type { PlacementState } from "../../engine/state.ts";
import type { PlacementBackend } from "../backend.ts";
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

  static async open(parts: StoreParts, signal: AbortSignal): Promise<ClusterBackend> {
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

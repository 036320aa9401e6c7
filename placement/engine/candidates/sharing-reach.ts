import type { ProviderNode } from "../provider-node.ts";
import type { PlacementState } from "../state.ts";

/** Which sharing providers a tree reaches: those in an aggregate of any of its providers. For one query. */
export class SharingReach {
  readonly #state: PlacementState;
  readonly #byAggregate = new Map<string, readonly ProviderNode[]>();

  constructor(state: PlacementState) {
    this.#state = state;
  }

  /** Without the tree's own. */
  reachable(root: string): readonly ProviderNode[] {
    if (this.#state.sharing().size === 0) return [];
    const tree = this.#state.tree(root);
    const aggregates = new Set(tree.flatMap(({ record }) => record.aggregates));
    const found = [...aggregates].flatMap((aggregate) => this.#sharingIn(aggregate));
    return [...new Set(found)].filter(({ record }) => record.root !== root);
  }

  /** Uuids of the roots that a sharing provider serves by its aggregates. */
  rootsServedBy(node: ProviderNode): readonly string[] {
    return node.record.aggregates.flatMap((aggregate) =>
      [...this.#state.inAggregate(aggregate)].map(({ record }) => record.root),
    );
  }

  /** How many providers are in its aggregates, each counted as often as it is. */
  membersBeside({ record }: ProviderNode): number {
    return record.aggregates.reduce((sum, aggregate) => sum + this.#state.inAggregate(aggregate).size, 0);
  }

  #sharingIn(aggregate: string): readonly ProviderNode[] {
    const known = this.#byAggregate.get(aggregate);
    if (known) return known;
    const [members, sharing] = [this.#state.inAggregate(aggregate), this.#state.sharing()];
    const [fewer, more] = members.size < sharing.size ? [members, sharing] : [sharing, members];
    const both = [...fewer].filter((node) => more.has(node));
    this.#byAggregate.set(aggregate, both);
    return both;
  }
}

import type { CandidatesQuery } from "../../../placement/candidates-query.ts";
import type { Inventory, Resources } from "../../../placement/placement.ts";

/** Everything that stands in a Placement, small enough to be read. Providers and consumers are numbers: `uuid(n)`. */
export interface World {
  /** Parents before their children. */
  readonly providers: readonly WorldProvider[];
  readonly consumers: readonly WorldConsumer[];
}
export interface WorldProvider {
  readonly n: number;
  readonly parent?: number;
  readonly inventories: Readonly<Record<string, Inventory>>;
  readonly traits: readonly string[];
  readonly aggregates: readonly string[];
  /** Totals that some classes shrink to once everything is allocated: providers over their capacity. */
  readonly shrinkTo?: Readonly<Record<string, number>>;
}
export interface WorldConsumer {
  readonly n: number;
  readonly allocations: Readonly<Record<number, Resources>>;
}

/** A difference that was found, or one to look at again. */
export interface Case {
  readonly world: World;
  readonly query: CandidatesQuery;
}

/** In the form that `sameAnswers` of a test takes. */
export const printCase = ({ world, query }: Case): string =>
  `await sameAnswers(\n  ${JSON.stringify(world)},\n  ${JSON.stringify(query)},\n);`;

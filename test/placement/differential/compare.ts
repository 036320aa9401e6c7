import { expect } from "vitest";
import type { CandidatesQuery } from "../../../placement/candidates-query.ts";
import type { PlacementState } from "../../../placement/engine/state.ts";
import { seededRandom } from "../../support/seed.ts";
import { type Answer, differences, droppedByUpstream } from "./answer.ts";
import { Dice } from "./dice.ts";
import { engineAnswer, stateOf } from "./engine-answer.ts";
import { randomQuery } from "./random-query.ts";
import { randomWorld } from "./random-world.ts";
import type { RealPlacement } from "./real-placement.ts";
import { shrink } from "./shrink.ts";
import { type Case, printCase, type World } from "./world.ts";

export interface Compared {
  readonly queries: number;
  /** Of them: how many had at least one answer, and how many upstream failed on. */
  readonly answered: number;
  readonly failed: number;
}

/** Compares the engine with a real Placement on random worlds; throws a minimal case when they differ. */
export async function compareRandomly(
  real: RealPlacement,
  { seed, worlds, queriesPerWorld }: { seed: number; worlds: number; queriesPerWorld: number },
): Promise<Compared> {
  const dice = new Dice(seededRandom(seed));
  const count = { queries: 0, answered: 0, failed: 0 };
  for (let n = 0; n < worlds; n++) {
    const world = await real.load(randomWorld(dice));
    const state = stateOf(world);
    for (let query = 0; query < queriesPerWorld; query++) {
      const asked = randomQuery(dice, world);
      const answer = await real.ask(asked);
      count.queries++;
      if (!answer) count.failed++;
      else if (answer.requests.size > 0) count.answered++;
      if (answer && told(state, asked, answer).length > 0) await failWithMinimalCase(real, { world, query: asked });
    }
  }
  return count;
}

/** For a case that was printed. */
export async function sameAnswers(real: RealPlacement, world: World, query: CandidatesQuery): Promise<void> {
  const loaded = await real.load(world);
  expect(await difference(real, stateOf(loaded), query)).toEqual([]);
}

async function failWithMinimalCase(real: RealPlacement, found: Case): Promise<never> {
  const differs = async ({ world, query }: Case): Promise<boolean> => {
    const state = stateOf(await real.load(world));
    return (await difference(real, state, query)).length > 0;
  };
  const minimal = await shrink(found, differs);
  const state = stateOf(await real.load(minimal.world));
  const said = await difference(real, state, minimal.query);
  throw new Error(`the engine and Placement differ:\n${said.join("\n")}\n${printCase(minimal)}`);
}

async function difference(
  real: RealPlacement,
  state: PlacementState,
  query: CandidatesQuery,
): Promise<readonly string[]> {
  const answer = await real.ask(query).catch(() => undefined);
  return answer ? told(state, query, answer) : [];
}

function told(state: PlacementState, query: CandidatesQuery, real: Answer): readonly string[] {
  const isSharing = (uuid: string): boolean => [...state.sharing()].some(({ record }) => record.uuid === uuid);
  return differences(engineAnswer(state, query), real, (request) => droppedByUpstream(request, isSharing));
}

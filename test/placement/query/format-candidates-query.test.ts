import { expect, test } from "vitest";
import { formatCandidatesQuery } from "../../../placement/query/format-candidates-query.ts";
import { parseCandidatesQuery } from "../../../placement/query/parse-candidates-query.ts";
import { parseQueryString } from "../../../placement/query/query-pair.ts";
import { seededRandom, testSeed } from "../../support/seed.ts";
import { Dice } from "../differential/dice.ts";
import { randomQuery } from "../differential/random-query.ts";
import { randomWorld } from "../differential/random-world.ts";

test("a written query is read as the same query", () => {
  const dice = new Dice(seededRandom(testSeed()));
  for (let n = 0; n < 300; n++) {
    const query = { ...randomQuery(dice, randomWorld(dice)), limit: n + 1 };
    const pairs = parseQueryString(formatCandidatesQuery(query));
    const { rootRequired = [], rootForbidden = [], ...rest } = parseCandidatesQuery(pairs, 39);
    const { rootRequired: wantRequired = [], rootForbidden: wantForbidden = [], ...want } = query;
    expect(rest).toEqual(want);
    expect([rootRequired, rootForbidden]).toEqual([wantRequired, wantForbidden]);
  }
});

import type { CandidatesQuery } from "../../candidates-query.ts";
import type { PlacementState } from "../state.ts";
import { Budget } from "./budget.ts";
import { compileQuery } from "./compile-query.ts";
import { SharingReach } from "./sharing-reach.ts";
import type { Search, UsageOf } from "./slots.ts";

/** Begins to answer a query; for as long as the state stands still. */
export const searchFor = (state: PlacementState, query: CandidatesQuery, usageOf: UsageOf | undefined): Search => ({
  state,
  query: compileQuery(state, query),
  reach: new SharingReach(state),
  budget: new Budget(),
  usageOf: usageOf ?? (({ usage }) => usage.used),
});

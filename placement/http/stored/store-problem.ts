import type { StoreErrorCode } from "../../../store/store.ts";
import { StoreError } from "../../../store/store-error.ts";
import { PlacementProblem } from "../../engine/placement-problem.ts";
import { PROBLEM } from "../../engine/problems.ts";

const CODES: Partial<Record<StoreErrorCode, readonly [code: string, lead: string]>> = {
  Unavailable: [PROBLEM.unavailable, "nothing was written"],
  UnknownOutcome: [PROBLEM.unavailable, "it may or may not have been written: look before you try again"],
  Full: [PROBLEM.unavailable, "nothing was written"],
  Denied: [PROBLEM.unavailable, "this server may not write to its etcd"],
  TooLarge: [PROBLEM.tooLarge, "the request changes too many records at once"],
};

/** The boundary between store and served Placement; what is not a store's failure passes through. */
export function translateStoreFailure(error: unknown): unknown {
  const known = error instanceof StoreError ? CODES[error.code] : undefined;
  if (!known) return error;
  const [code, lead] = known;
  return new PlacementProblem(code, `${lead}: ${(error as StoreError).message}`, { cause: error });
}

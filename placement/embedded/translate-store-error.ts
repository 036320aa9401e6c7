import type { StoreErrorCode } from "../../store/store.ts";
import { StoreError } from "../../store/store-error.ts";
import { PlacementError, type PlacementErrorCode } from "../placement-error.ts";

/** Codes that are missing here (the caller's signal, our own bugs) stay what they are. */
const CODES: Partial<Record<StoreErrorCode, PlacementErrorCode>> = {
  Unavailable: "Unreachable",
  // Provider writes are repeatable: whoever tries again finds the work done or does it.
  UnknownOutcome: "Unreachable",
  Full: "Unreachable",
  Denied: "Unauthorized",
  TooLarge: "InvalidRequest",
};

/** The boundary between store and embedded Placement; what is not a store's failure passes through. */
export function translateStoreError(error: unknown): unknown {
  const code = error instanceof StoreError ? CODES[error.code] : undefined;
  return code === undefined ? error : new PlacementError(code, (error as StoreError).message, { cause: error });
}

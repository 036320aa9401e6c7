import { CodedError } from "../runtime/errors.ts";
import type { StoreErrorCode } from "./store.ts";

/** What every call of a Store fails with; the codes are explained on `Store`. */
export class StoreError extends CodedError {
  declare readonly code: StoreErrorCode;
  constructor(code: StoreErrorCode, message: string, options?: { cause?: unknown }) {
    super(code, message, options);
  }
}

const hasCode = (code: StoreErrorCode) => (error: unknown) => error instanceof StoreError && error.code === code;

export const isUnavailable = hasCode("Unavailable");
/** The write may or may not have happened: read back before deciding anything. */
export const isUnknownOutcome = hasCode("UnknownOutcome");
export const isCompacted = hasCode("Compacted");
export const isDenied = hasCode("Denied");
export const isFull = hasCode("Full");
export const isTooLarge = hasCode("TooLarge");
export const isAborted = hasCode("Aborted");
export const isLeaseGone = hasCode("LeaseGone");
export const isInvalid = hasCode("Invalid");

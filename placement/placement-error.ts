import { CodedError } from "../runtime/errors.ts";

export type PlacementErrorCode =
  | "Unreachable"
  | "Unauthorized"
  /** The server cannot speak the microversion we need: an administrator has to act. */
  | "Incompatible"
  | "InvalidRequest"
  | "Conflict"
  | "NoCapacity"
  | "InUse";

export class PlacementError extends CodedError {
  declare readonly code: PlacementErrorCode;
  constructor(code: PlacementErrorCode, message: string, options?: { cause?: unknown }) {
    super(code, message, options);
  }
}

export const isPlacementError = (error: unknown, code?: PlacementErrorCode): error is PlacementError =>
  error instanceof PlacementError && (code === undefined || error.code === code);

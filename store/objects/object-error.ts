import type { Problem } from "../../resources/problem.ts";
import { CodedError } from "../../runtime/errors.ts";

export type ObjectErrorCode =
  /** No object of this name (or: of this name and uid). */
  | "NotFound"
  /** There is one of this name. */
  | "AlreadyExists"
  /** Cannot be read as an object: only its author can mend it. */
  | "Malformed"
  /** The change would make it invalid. */
  | "Invalid"
  /** In deletion the spec stays as it is. */
  | "BeingDeleted"
  /** The change holds something that a bound instance cannot take any more. */
  | "HeldBack"
  | "DeletionProtected"
  /** Others need it: the message names them. */
  | "InUse"
  /** Nothing to recover: it is as it was admitted. */
  | "NothingToRecover";

export class ObjectError extends CodedError {
  declare readonly code: ObjectErrorCode;
  /** Where it is wrong, if the error is about one place of what is wanted; the message says it too. */
  readonly problem: Problem | undefined;
  constructor(code: ObjectErrorCode, message: string, problem?: Problem) {
    super(code, message);
    this.problem = problem;
  }
}

export const isNotFound = (error: unknown): boolean => error instanceof ObjectError && error.code === "NotFound";

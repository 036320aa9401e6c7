import { CodedError } from "../../runtime/errors.ts";

/** The person asked for something that cannot be: a flag, a word, a combination. Exit status 2. */
export class UsageError extends CodedError {
  constructor(message: string, options?: { cause?: unknown }) {
    super("Usage", message, options);
  }
}

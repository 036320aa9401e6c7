/** Base of our errors: a stable `code` to decide by, a `cause`, a message for people. */
export class CodedError extends Error {
  readonly code: string;
  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** No retry can help until the object changes: the key is dropped, its condition says why. */
export class TerminalError extends CodedError {}

/** The outside world was not ready (unreachable, busy, lost a race): retry with back-off, quietly. */
export class TransientError extends CodedError {}

export const isTerminal = (error: unknown): error is TerminalError => error instanceof TerminalError;
export const isTransient = (error: unknown): error is TransientError => error instanceof TransientError;

/** The text of anything thrown, for logs and condition messages. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Anything thrown, as an Error. */
export const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

import { CodedError } from "../../../runtime/errors.ts";

/**
 * What a call that failed without an answer may have done.
 * `not-sent`: no byte of it left this process, so it had no effect.
 * `unknown`: it was sent; libvirt may have done it, may be doing it still. Read the state back before deciding.
 */
export type CallOutcome = "not-sent" | "unknown";

/** The connection died, or was closed, before the answer came. Every pending call gets one of these. */
export class ConnectionLostError extends CodedError {
  readonly procedure: string;
  readonly outcome: CallOutcome;
  constructor(procedure: string, outcome: CallOutcome, cause: unknown) {
    super("LIBVIRT_CONNECTION_LOST", `${procedure}: connection to libvirt lost (${outcome})`, { cause });
    this.procedure = procedure;
    this.outcome = outcome;
  }
}

/** The answer did not come before the call's deadline. libvirt has no cancel: a sent call goes on over there. */
export class CallTimeoutError extends CodedError {
  readonly procedure: string;
  readonly outcome: CallOutcome;
  constructor(procedure: string, outcome: CallOutcome, timeoutMs: number) {
    super("LIBVIRT_CALL_TIMEOUT", `${procedure}: no answer within ${timeoutMs} ms (${outcome})`);
    this.procedure = procedure;
    this.outcome = outcome;
  }
}

// The library behind it is in create-log.ts: the command line logs nothing and shall not pay for loading it.

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/** Constant message, everything that varies in fields. An `error` field is written with type, code, stack and cause. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** A log that adds these fields to each line. */
  child(fields: object): Log;
}

/** Says nothing, costs nothing. */
export const silentLog: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLog,
};

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

/**
 * What `child` gives, for a log that lives as long as one pass: the fields are put to each line, which costs nothing where
 * no line is written.
 */
export const logWith = (log: Log, fields: object): Log => new LogWith(log, fields);

class LogWith implements Log {
  readonly #log: Log;
  readonly #fields: object;

  constructor(log: Log, fields: object) {
    this.#log = log;
    this.#fields = fields;
  }

  debug(fields: object, message: string): void {
    this.#log.debug({ ...this.#fields, ...fields }, message);
  }

  info(fields: object, message: string): void {
    this.#log.info({ ...this.#fields, ...fields }, message);
  }

  warn(fields: object, message: string): void {
    this.#log.warn({ ...this.#fields, ...fields }, message);
  }

  error(fields: object, message: string): void {
    this.#log.error({ ...this.#fields, ...fields }, message);
  }

  child(fields: object): Log {
    return new LogWith(this.#log, { ...this.#fields, ...fields });
  }
}

/** Says nothing, costs nothing. */
export const silentLog: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLog,
};

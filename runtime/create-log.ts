import pino, { type Logger } from "pino";
import type { Log, LogLevel } from "./log.ts";

export interface LogOptions {
  readonly level: LogLevel;
  /** One line for people instead of JSON. */
  readonly pretty?: boolean;
  /** Where a finished line goes; standard error when absent, because standard output belongs to the answer. */
  readonly write?: (line: string) => void;
}

/**
 * Lines are written synchronously and without worker threads: what was logged before a crash is there, and the
 * program stays one bundle.
 */
export function createLog(options: LogOptions): Log {
  const write = options.write ?? ((line: string) => void process.stderr.write(line));
  const destination = { write: options.pretty ? (line: string) => write(prettyLine(line)) : write };
  return adapt(
    pino(
      {
        level: options.level,
        base: null,
        messageKey: "message",
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
        serializers: { error: pino.stdSerializers.errWithCause },
      },
      destination,
    ),
  );
}

function adapt(inner: Logger): Log {
  return {
    debug: (fields, message) => inner.debug(fields, message),
    info: (fields, message) => inner.info(fields, message),
    warn: (fields, message) => inner.warn(fields, message),
    error: (fields, message) => inner.error(fields, message),
    child: (fields) => child(() => inner.child(fields)),
  };
}

/** Made when it says something: every pass has one, and most passes say nothing. */
function child(make: () => Logger): Log {
  let made: Log | undefined;
  const log = (): Log => {
    made ??= adapt(make());
    return made;
  };
  return {
    debug: (fields, message) => log().debug(fields, message),
    info: (fields, message) => log().info(fields, message),
    warn: (fields, message) => log().warn(fields, message),
    error: (fields, message) => log().error(fields, message),
    child: (fields) => child(() => make().child(fields)),
  };
}

/** `12:30:01 WARN  message key=value …`; an error becomes its message, its stack stays in the JSON form. */
function prettyLine(json: string): string {
  const { level, time, message, ...fields } = JSON.parse(json) as Record<string, unknown>;
  const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${prettyValue(value)}`);
  return `${String(time).slice(11, 19)} ${String(level).toUpperCase().padEnd(5)} ${message}${rest.join("")}\n`;
}

function prettyValue(value: unknown): string {
  if (typeof value === "string") return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
  const isError = typeof value === "object" && value !== null && "stack" in value && "message" in value;
  return JSON.stringify(isError ? value.message : value);
}

import type { Dispatcher } from "undici";
import type { ImageLogin } from "../../../resources/assignment.ts";
import type { Clock } from "../../../runtime/clock.ts";
import type { Progress } from "../../hypervisor.ts";
import { HypervisorError, isHypervisorError } from "../../hypervisor-error.ts";
import { type HttpSource, loginHeaders } from "./http-source.ts";
import type { IncomingFile } from "./incoming-file.ts";

/** Tries in a row that brought nothing new. */
const FRUITLESS_TRIES = 4;
const FIRST_PAUSE_MS = 250;

export interface Download {
  readonly http: HttpSource;
  readonly clock: Clock;
  readonly url: string;
  readonly login?: ImageLogin | undefined;
  readonly into: IncomingFile;
  /** Asked once the length is known; its rejection ends the download. */
  readonly admit: (bytes: number) => Promise<void>;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

interface Position {
  /** Of the version begun, so that a resumed download never joins two different files. */
  validator?: string | undefined;
  total?: number | undefined;
}

/**
 * The whole body of the URL into the file. A connection that is cut is resumed where it broke off, if the server can,
 * as long as tries bring something new; then `ImageTruncated`, or `ImageUnreachable` if nothing ever came.
 */
export async function download(task: Download): Promise<void> {
  const position: Position = {};
  let furthest = 0;
  let fruitless = 0;
  for (;;) {
    const failure = await attempt(task, position);
    if (!failure) return;
    fruitless = task.into.size > furthest ? 0 : fruitless + 1;
    furthest = Math.max(furthest, task.into.size);
    if (fruitless >= FRUITLESS_TRIES) throw givenUp(task, position, furthest, failure);
    await task.clock.sleep(FIRST_PAUSE_MS * 2 ** fruitless, task.signal);
  }
}

function givenUp(task: Download, { total }: Position, furthest: number, failure: Error): Error {
  if (furthest === 0 && isHypervisorError(failure)) return failure;
  const message = `${task.url}: cut after ${furthest} of ${total ?? "unknown"} bytes, again and again`;
  return new HypervisorError("ImageTruncated", message, { cause: failure });
}

/** One request; undefined once the body is whole, the failure if another try may help. */
async function attempt(task: Download, position: Position): Promise<Error | undefined> {
  try {
    const response = await task.http.get(
      task.url,
      { ...loginHeaders(task.login), ...resumeHeaders(task.into, position) },
      task.signal,
    );
    await place(response, task.into, position);
    if (position.total !== undefined) await admitted(response, task, position.total);
    await receive(response, task, position);
    return undefined;
  } catch (error) {
    if (!isRetried(error, task.signal)) throw error;
    return error as Error;
  }
}

/** Only the network is retried here: not what the server refused, nor our own disk. */
function isRetried(error: unknown, signal: AbortSignal): boolean {
  if (signal.aborted) return false;
  if (isHypervisorError(error)) return error.code === "ImageUnreachable" || error.code === "ImageTruncated";
  const code = (error as NodeJS.ErrnoException).code ?? "";
  return code.startsWith("UND_ERR") || code === "ECONNRESET" || code === "EPIPE" || code === "ETIMEDOUT";
}

function resumeHeaders(into: IncomingFile, { validator }: Position): Record<string, string> {
  if (into.size === 0 || !validator) return {};
  return { range: `bytes=${into.size}-`, "if-range": validator };
}

/** Makes file and answer agree on where the body begins. */
async function place(response: Dispatcher.ResponseData, into: IncomingFile, position: Position): Promise<void> {
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(String(response.headers["content-range"] ?? ""));
  const resumed = response.statusCode === 206 && Number(range?.[1]) === into.size;
  if (resumed) {
    if (range?.[2] && range[2] !== "*") position.total = Number(range[2]);
    return;
  }
  await into.restart();
  if (response.statusCode !== 200) {
    response.body.destroy();
    position.validator = undefined;
    throw new HypervisorError("ImageTruncated", `HTTP status ${response.statusCode} to a range request`);
  }
  const length = response.headers["content-length"];
  position.total = length === undefined ? undefined : Number(length);
  position.validator = validatorOf(response);
}

async function admitted(response: Dispatcher.ResponseData, task: Download, total: number): Promise<void> {
  try {
    await task.admit(total - task.into.size);
  } catch (error) {
    response.body.destroy();
    throw error;
  }
}

/** A weak ETag promises nothing about bytes. */
function validatorOf({ headers }: Dispatcher.ResponseData): string | undefined {
  const { etag, "last-modified": modified } = headers;
  if (typeof etag === "string" && !etag.startsWith("W/")) return etag;
  return typeof modified === "string" ? modified : undefined;
}

async function receive(response: Dispatcher.ResponseData, task: Download, position: Position): Promise<void> {
  const { into, onProgress } = task;
  const report = () => onProgress({ bytes: into.size, ...(position.total !== undefined && { total: position.total }) });
  report();
  for await (const chunk of response.body as AsyncIterable<Buffer>) {
    await into.write(chunk);
    report();
  }
  if (position.total !== undefined && into.size !== position.total) {
    throw new HypervisorError("ImageTruncated", `${task.url}: ${into.size} of ${position.total} bytes`);
  }
}

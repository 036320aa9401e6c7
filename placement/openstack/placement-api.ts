import PQueue from "p-queue";
import { Pool } from "undici";
import type { Clock } from "../../runtime/clock.ts";
import { PlacementError } from "../placement-error.ts";
import { MICROVERSION, negotiate } from "./microversion.ts";
import { answerError, isPassing, transportError } from "./translate-error.ts";

export interface ApiOptions {
  /** Such as `http://placement.example:8778` or `https://cloud.example/placement`. */
  readonly endpoint: string;
  /** Sent as X-Auth-Token; `admin` is what a server without authentication takes. */
  readonly token: string;
  readonly clock: Clock;
  /** For one attempt, from sending to the last byte. */
  readonly timeoutMs: number;
  /** Requests in flight at once. */
  readonly connections: number;
  /** PEM, to trust a private authority. */
  readonly ca?: string;
}

export interface Answer {
  readonly status: number;
  /** Parsed; `undefined` for none. */
  readonly body: unknown;
}

export type Method = "GET" | "PUT" | "POST" | "DELETE";

/** Pauses before the second, third and fourth attempt. */
const RETRY_DELAYS_MS = [100, 400, 1_600];

/**
 * Placement's HTTP API: one method per request, microversion pinned, passing failures repeated with growing pauses.
 * A repeated request may find that its first copy was carried out: callers are written so that this is no error
 * (generations turn it into a 409, after which they look).
 */
export class PlacementApi {
  readonly #options: ApiOptions;
  readonly #pool: Pool;
  readonly #base: string;
  readonly #queue: PQueue;
  readonly #closing = new AbortController();
  #negotiation: Promise<void> | undefined;

  constructor(options: ApiOptions) {
    const url = new URL(options.endpoint);
    this.#options = options;
    this.#base = url.pathname.replace(/\/+$/, "");
    this.#pool = new Pool(url.origin, {
      connections: options.connections,
      ...(options.ca === undefined ? {} : { connect: { ca: options.ca } }),
    });
    this.#queue = new PQueue({ concurrency: options.connections });
  }

  /** Rejects when the server is not there (`Unreachable`) or too old (`Incompatible`); remembers a success. */
  negotiated(signal?: AbortSignal): Promise<void> {
    // Shared by all callers, hence not ended by the signal of one of them.
    this.#negotiation ??= this.#repeat("GET", "/", undefined, this.#closing.signal)
      .then(({ body }) => negotiate(body))
      .catch((error: unknown) => {
        this.#negotiation = undefined;
        throw error;
      });
    return abortable(this.#negotiation, signal);
  }

  /** Any answer below 500 that is not about who we are or which version we speak. */
  async send(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<Answer> {
    await this.negotiated(signal);
    const { signal: closing } = this.#closing;
    return this.#repeat(method, path, body, signal ? AbortSignal.any([signal, closing]) : closing);
  }

  /** A success, or a PlacementError; `absent` instead of one for 404. */
  async get<T>(path: string, signal?: AbortSignal): Promise<T | undefined> {
    const answer = await this.send("GET", path, undefined, signal);
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw answerError(`GET ${path}`, answer);
    return answer.body as T;
  }

  /** Ends what is in flight with `Unreachable`. */
  async close(): Promise<void> {
    this.#closing.abort(new PlacementError("Unreachable", "the Placement client was closed"));
    await this.#pool.destroy();
  }

  async #repeat(method: Method, path: string, body: unknown, signal: AbortSignal): Promise<Answer> {
    for (const pauseMs of RETRY_DELAYS_MS) {
      try {
        return await this.#queue.add(() => this.#once(method, path, body, signal));
      } catch (error) {
        if (!isPassing(error)) throw error;
      }
      await this.#options.clock.sleep(pauseMs, signal);
    }
    return this.#queue.add(() => this.#once(method, path, body, signal));
  }

  async #once(method: Method, path: string, body: unknown, signal: AbortSignal): Promise<Answer> {
    signal.throwIfAborted();
    const { clock, timeoutMs, token, endpoint } = this.#options;
    const timeout = new AbortController();
    const cancel = clock.after(timeoutMs, () =>
      timeout.abort(new PlacementError("Unreachable", `${endpoint} did not answer within ${timeoutMs} ms`)),
    );
    try {
      const reply = await this.#pool.request({
        method,
        path: this.#base + path,
        headers: headers(token, body),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.any([signal, timeout.signal]),
      });
      return readAnswer(`${method} ${path}`, reply.statusCode, await reply.body.text());
    } catch (error) {
      signal.throwIfAborted();
      throw transportError(endpoint, timeout.signal.aborted ? timeout.signal.reason : error);
    } finally {
      cancel();
    }
  }
}

/** `promise`, or the signal's reason as soon as it aborts; the work goes on for the others who wait for it. */
async function abortable(promise: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return promise;
  signal.throwIfAborted();
  const done = new AbortController();
  try {
    await Promise.race([
      promise,
      new Promise<never>((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true, signal: done.signal });
      }),
    ]);
  } finally {
    done.abort();
  }
}

const headers = (token: string, body: unknown): Record<string, string> => ({
  accept: "application/json",
  "openstack-api-version": `placement ${MICROVERSION}`,
  "x-auth-token": token,
  ...(body === undefined ? {} : { "content-type": "application/json" }),
});

function readAnswer(what: string, status: number, text: string): Answer {
  const body = text === "" ? undefined : parse(text);
  const answer = { status, body };
  if (status >= 500 || status === 401 || status === 403 || status === 406 || status === 429)
    throw answerError(what, answer);
  if (text !== "" && body === undefined)
    throw new PlacementError("Unreachable", `${what}: status ${status} and something that is not JSON`);
  return answer;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

import PQueue from "p-queue";
import type { Static, TSchema } from "typebox";
import type { Clock } from "../../runtime/clock.ts";
import { PlacementError } from "../placement-error.ts";
import { abortable } from "./abortable.ts";
import type { Access, AccessSource } from "./access.ts";
import { checkShape } from "./documents.ts";
import { type HttpClient, type HttpRequest, parseJson } from "./http-client.ts";
import { MICROVERSION, negotiate } from "./microversion.ts";
import { answerError, isPassing } from "./translate-error.ts";

export interface ApiOptions {
  readonly http: HttpClient;
  readonly access: AccessSource;
  readonly clock: Clock;
  /** Requests in flight at once. */
  readonly connections: number;
}

export interface Answer {
  readonly status: number;
  /** Parsed; `undefined` for none. */
  readonly body: unknown;
}

export type Method = HttpRequest["method"];

/** Pauses before the second, third and fourth attempt. */
const RETRY_DELAYS_MS = [100, 400, 1_600];

/**
 * Placement's HTTP API: one method per request, microversion pinned, passing failures repeated with growing pauses.
 * A repeated request may find that its first copy was carried out: callers are written so that this is no error
 * (generations turn it into a 409, after which they look).
 */
export class PlacementApi {
  readonly #options: ApiOptions;
  readonly #queue: PQueue;
  readonly #closing = new AbortController();
  #negotiation: Promise<void> | undefined;

  constructor(options: ApiOptions) {
    this.#options = options;
    this.#queue = new PQueue({ concurrency: options.connections });
  }

  /**
   * Rejects when the server is not there (`Unreachable`), does not know us (`Unauthorized`) or is too old
   * (`Incompatible`); remembers a success.
   */
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

  /** A success of this shape, or a PlacementError; `undefined` instead of one for 404. */
  async get<Schema extends TSchema>(
    path: string,
    schema: Schema,
    signal?: AbortSignal,
  ): Promise<Static<Schema> | undefined> {
    const answer = await this.send("GET", path, undefined, signal);
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw answerError(`GET ${path}`, answer);
    return checkShape(schema, `GET ${path}`, answer.body);
  }

  /** Ends what is in flight with `Unreachable`. */
  async close(): Promise<void> {
    this.#closing.abort(new PlacementError("Unreachable", "the Placement client was closed"));
    await this.#options.http.close();
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

  /** A token may be revoked long before it expires: one that is refused is replaced, once. */
  async #once(method: Method, path: string, body: unknown, signal: AbortSignal): Promise<Answer> {
    signal.throwIfAborted();
    const { access } = this.#options;
    const request = (as: Access) => this.#exchange(as, { method, path, body }, signal);
    const held = await access.current(signal);
    const first = await request(held);
    const reply = first.status === 401 && access.refused(held) ? await request(await access.current(signal)) : first;
    return readAnswer(`${method} ${path}`, reply.status, reply.text);
  }

  #exchange({ token, endpoint }: Access, { method, path, body }: Asked, signal: AbortSignal) {
    const url = endpoint.replace(/\/+$/, "") + path;
    const headers = { "openstack-api-version": `placement ${MICROVERSION}`, "x-auth-token": token };
    return this.#options.http.exchange({ method, url, headers, body, server: "Placement" }, signal);
  }
}

interface Asked {
  readonly method: Method;
  readonly path: string;
  readonly body: unknown;
}

function readAnswer(what: string, status: number, text: string): Answer {
  const body = parseJson(text);
  const answer = { status, body };
  if (status >= 500 || status === 401 || status === 403 || status === 406 || status === 429)
    throw answerError(what, answer);
  if (text !== "" && body === undefined)
    throw new PlacementError("Unreachable", `${what}: status ${status} and something that is not JSON`);
  return answer;
}

import { Agent } from "undici";
import type { Clock } from "../../runtime/clock.ts";
import { PlacementError } from "../placement-error.ts";
import { transportError } from "./translate-error.ts";

/**
 * More than any honest answer: candidates on 10,000 hosts are about 40 MB. What is larger is cut off, so that a server
 * out of its mind costs a request and not the controller.
 */
const MAX_RESPONSE_BYTES = 256 * 2 ** 20;

export interface HttpOptions {
  readonly clock: Clock;
  /** For one exchange, from sending to the last byte. */
  readonly timeoutMs: number;
  /** To one server, kept open between requests. */
  readonly connections: number;
  /** PEM, to trust a private authority. */
  readonly ca?: string;
  readonly maxResponseBytes?: number;
}

export interface HttpRequest {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Who is asked, for the message of a failure: "Placement", "Keystone". */
  readonly server: string;
}

export interface HttpReply {
  readonly status: number;
  readonly text: string;
  header(name: string): string | undefined;
}

/** Exchanges with HTTP servers, each with a deadline and a largest size. */
export class HttpClient {
  readonly #options: HttpOptions;
  readonly #agent: Agent;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#agent = new Agent({
      connections: options.connections,
      maxResponseSize: options.maxResponseBytes ?? MAX_RESPONSE_BYTES,
      ...(options.ca === undefined ? {} : { connect: { ca: options.ca } }),
    });
  }

  /** Whatever the server answers. `Unreachable` for none, or none in time; an aborted signal rejects with its reason. */
  async exchange(request: HttpRequest, signal: AbortSignal): Promise<HttpReply> {
    signal.throwIfAborted();
    const { clock, timeoutMs } = this.#options;
    const { origin } = new URL(request.url);
    const timeout = new AbortController();
    const cancel = clock.after(timeoutMs, () =>
      timeout.abort(
        new PlacementError("Unreachable", `${request.server} at ${origin} did not answer within ${timeoutMs} ms`),
      ),
    );
    try {
      return await this.#send(request, AbortSignal.any([signal, timeout.signal]));
    } catch (error) {
      signal.throwIfAborted();
      throw transportError(`${request.server} at ${origin}`, timeout.signal.aborted ? timeout.signal.reason : error);
    } finally {
      cancel();
    }
  }

  async #send({ method, url, headers, body }: HttpRequest, signal: AbortSignal): Promise<HttpReply> {
    const { origin, pathname, search } = new URL(url);
    const reply = await this.#agent.request({
      method,
      origin,
      path: pathname + search,
      headers: { accept: "application/json", ...(body === undefined ? {} : JSON_BODY), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal,
    });
    const text = await reply.body.text();
    const header = (name: string): string | undefined => {
      const value = reply.headers[name];
      return typeof value === "string" ? value : undefined;
    };
    return { status: reply.statusCode, text, header };
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }
}

const JSON_BODY = { "content-type": "application/json" };

/** `undefined` for what is not JSON, and for nothing. */
export function parseJson(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

import type { Clock } from "../../runtime/clock.ts";
import { type Log, silentLog } from "../../runtime/log.ts";
import { AuthSession } from "./auth-session.ts";
import { type CallMetadata, Endpoint, type RawClient, type RawStream, type ServiceName } from "./endpoint.ts";
import { parseEndpoints } from "./endpoint-url.ts";
import { defaultRequestTimeoutMs, type EtcdOptions } from "./options.ts";
import { CallAborted, type CallContext, type Fault, faultOf, translateError } from "./translate-error.ts";
import { unaryCall } from "./unary-call.ts";

export interface Rpc {
  readonly service: ServiceName;
  readonly method: string;
}

export interface UnaryRequest extends Rpc {
  readonly payload: unknown;
  readonly context: CallContext;
  readonly signal?: AbortSignal | undefined;
  /** Shorter than the store's own deadline. */
  readonly timeoutMs?: number;
}

export interface OpenedStream<Request, Reply> {
  readonly stream: RawStream<Request, Reply>;
  readonly endpoint: Endpoint;
  readonly token: string | undefined;
}

/** Requests to whichever endpoint answers. Nothing that may have been sent is ever sent twice, except reads. */
export class Transport {
  readonly clock: Clock;
  readonly log: Log;
  readonly requestTimeoutMs: number;
  readonly auth: AuthSession;
  readonly #endpoints: readonly Endpoint[];
  readonly #onRequest: (rpc: string) => void;
  /** Of each call in flight, watch and lease: thousands, and an AbortSignal walks all of its listeners for each. */
  readonly #closeListeners = new Set<() => void>();
  #closed = false;
  #current = 0;

  constructor(options: EtcdOptions) {
    const urls = parseEndpoints(options.endpoints, options.insecure ?? false);
    this.clock = options.clock;
    this.log = options.log ?? silentLog;
    this.requestTimeoutMs = options.requestTimeoutMs ?? defaultRequestTimeoutMs;
    this.#endpoints = urls.map((url) => new Endpoint(url, options));
    this.#onRequest = options.onRequest ?? (() => {});
    const { username, password } = options;
    this.auth = new AuthSession(
      username === undefined ? undefined : () => this.#authenticate(username, password ?? ""),
    );
  }

  /** Calls back once when the store is closed, at once if it is; returns a function that unsubscribes. */
  onClosed(listener: () => void): () => void {
    if (this.#closed) listener();
    else this.#closeListeners.add(listener);
    return () => void this.#closeListeners.delete(listener);
  }

  get endpointUrl(): string {
    return this.#endpoint().url;
  }

  /** Fails with a StoreError. */
  async unary<Reply>(request: UnaryRequest): Promise<Reply> {
    const until = this.clock.monotonic() + (request.timeoutMs ?? this.requestTimeoutMs);
    for (let attempt = 1; ; attempt++) {
      const endpoint = this.#endpoint();
      let token: string | undefined;
      try {
        token = await this.auth.token();
        return await this.#call<Reply>(endpoint, request, { token, until });
      } catch (error) {
        const again = await this.#recover(endpoint, faultOf(error), token);
        if (!again || attempt > this.#endpoints.length || this.clock.monotonic() >= until) {
          throw translateError(error, request.context);
        }
      }
    }
  }

  /** A stream on the current endpoint. The caller cancels it; `failed` tells how it ended. */
  async open<Request, Reply>(
    rpc: Rpc,
    extra?: (metadata: CallMetadata) => void,
  ): Promise<OpenedStream<Request, Reply>> {
    const endpoint = this.#endpoint();
    const token = await this.auth.token();
    const { client, metadata } = await this.#acquire(endpoint, rpc.service);
    if (token !== undefined) metadata.set("token", token);
    extra?.(metadata);
    this.#onRequest(`${rpc.service}/${rpc.method}`);
    const stream = client.stream<Request, Reply>(rpc.method, metadata);
    // The iteration reports errors; this keeps one that comes while nobody iterates from being uncaught.
    stream.on("error", () => {});
    return { stream, endpoint, token };
  }

  /** Told of a stream's end, so that the next one is opened elsewhere or with a new token. */
  async failed(opened: { endpoint: Endpoint; token: string | undefined } | undefined, error: unknown): Promise<void> {
    const fault = faultOf(error);
    const endpoint = opened?.endpoint ?? this.#endpoint();
    await this.#recover(endpoint, fault === "denied" ? "badToken" : fault, opened?.token);
    if (fault === "lost") this.#rotate(endpoint);
  }

  close(): void {
    this.#closed = true;
    for (const listener of this.#closeListeners) listener();
    this.#closeListeners.clear();
    for (const endpoint of this.#endpoints) endpoint.close();
  }

  /** Puts things right for another attempt; true when one is safe, whatever the request. */
  async #recover(endpoint: Endpoint, fault: Fault, token: string | undefined): Promise<boolean> {
    if (fault === "badToken") {
      await this.auth.renew(token);
      return this.auth.usesTokens;
    }
    if (fault === "timeout") endpoint.reconnect();
    if (fault === "timeout" || fault === "notSent") this.#rotate(endpoint);
    return fault === "notSent" && this.#endpoints.length > 1;
  }

  async #call<Reply>(
    endpoint: Endpoint,
    request: UnaryRequest,
    { token, until }: { token: string | undefined; until: number },
  ): Promise<Reply> {
    const { client, metadata } = await this.#acquire(endpoint, request.service);
    if (token !== undefined) metadata.set("token", token);
    this.#onRequest(`${request.service}/${request.method}`);
    const timeoutMs = Math.max(1, until - this.clock.monotonic());
    const { method, payload } = request;
    const onClosed = (listener: () => void) => this.onClosed(listener);
    const limits = { clock: this.clock, timeoutMs, signal: request.signal, onClosed };
    return unaryCall<Reply>({ client, metadata, method, payload }, limits);
  }

  async #authenticate(name: string, password: string): Promise<string> {
    const endpoint = this.#endpoint();
    const until = this.clock.monotonic() + this.requestTimeoutMs;
    const request: UnaryRequest = {
      service: "Auth",
      method: "authenticate",
      payload: { name, password },
      context: { verb: "authenticate", key: name },
    };
    const { token } = await this.#call<{ token: string }>(endpoint, request, { token: undefined, until });
    return token;
  }

  async #acquire(endpoint: Endpoint, service: ServiceName): Promise<{ client: RawClient; metadata: CallMetadata }> {
    if (this.#closed) throw new CallAborted("the store is closed");
    return endpoint.acquire(service);
  }

  #endpoint(): Endpoint {
    const endpoint = this.#endpoints[this.#current % this.#endpoints.length];
    if (!endpoint) throw new RangeError("no endpoint");
    return endpoint;
  }

  /** To the next endpoint, unless another call already went there. */
  #rotate(from: Endpoint): void {
    if (this.#endpoint() === from) this.#current = (this.#current + 1) % this.#endpoints.length;
  }
}

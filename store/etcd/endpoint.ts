import { ConnectionPool, type Host } from "etcd3/lib/connection-pool.js";
import type { EndpointUrl } from "./endpoint-url.ts";
import { defaultKeepalive, type EtcdOptions } from "./options.ts";

export type ServiceName = "KV" | "Watch" | "Lease" | "Auth" | "Maintenance";

export interface CallMetadata {
  set(name: string, value: string): void;
}

export interface RawCall {
  cancel(): void;
}

/** A bidirectional stream as grpc-js gives it: a Duplex in object mode whose iteration applies back-pressure. */
export interface RawStream<Request, Reply> extends RawCall, AsyncIterable<Reply> {
  write(request: Request): void;
  end(): void;
  on(event: "error", listener: (error: Error) => void): void;
}

export interface RawClient {
  unary(
    method: string,
    payload: unknown,
    metadata: CallMetadata,
    done: (error: Error | null, reply: unknown) => void,
  ): RawCall;
  stream<Request, Reply>(method: string, metadata: CallMetadata): RawStream<Request, Reply>;
}

type Methods = Readonly<Record<string, (...args: unknown[]) => unknown>>;

/**
 * One etcd server. Of the etcd3 package only the connection pool is used: proto definitions, TLS, channels. Its
 * retries, circuit breaker, watcher, lease and election stay out (docs/decisions/0001-etcd3-as-transport.md), and its
 * own authentication too, which opens a connection per token and never closes it.
 */
export class Endpoint {
  readonly url: string;
  readonly #pool: ConnectionPool;
  #host: Host | undefined;

  constructor(endpoint: EndpointUrl, options: EtcdOptions) {
    this.url = endpoint.url;
    this.#pool = new ConnectionPool({
      hosts: endpoint.url,
      ...(endpoint.secure && options.credentials ? { credentials: pemFiles(options.credentials) } : {}),
      grpcOptions: channelOptions(options),
      faultHandling: { global: passThrough, host: () => passThrough },
    });
  }

  /** Dials lazily: succeeds without a connection. Rejects only when closed. */
  acquire(service: ServiceName): Promise<{ client: RawClient; metadata: CallMetadata }> {
    return this.#pool.withConnection(service, ({ resource, client, metadata }) => {
      this.#host = resource;
      const methods = client as unknown as Methods;
      const invoke = (method: string, ...args: unknown[]): unknown => methods[method]?.call(client, ...args);
      return {
        metadata,
        client: {
          unary: (method, payload, meta, done) => invoke(method, payload, meta, {}, done) as RawCall,
          stream: <Request, Reply>(method: string, meta: CallMetadata) =>
            invoke(method, meta, {}) as RawStream<Request, Reply>,
        },
      };
    });
  }

  /** New calls get new connections; what runs on the old ones goes on. For a connection suspected dead. */
  reconnect(): void {
    this.#host?.resetAllServices();
  }

  close(): void {
    this.#pool.close();
  }
}

type Pool = ConstructorParameters<typeof ConnectionPool>[0];
type Policy = NonNullable<NonNullable<Pool["faultHandling"]>["global"]>;

/** Runs what it is given, once: a retried compare-and-swap lies about its outcome. */
const passThrough = { execute: (run: () => unknown) => Promise.resolve(run()) } as unknown as Policy;

const pemFiles = ({ ca, cert, key }: NonNullable<EtcdOptions["credentials"]>) =>
  // Without a root certificate grpc-js takes the system's, though etcd3's type wants one.
  ({
    ...(ca === undefined ? {} : { rootCertificate: Buffer.from(ca) }),
    ...(key === undefined ? {} : { privateKey: Buffer.from(key) }),
    ...(cert === undefined ? {} : { certChain: Buffer.from(cert) }),
  }) as NonNullable<Pool["credentials"]>;

function channelOptions(options: EtcdOptions): NonNullable<Pool["grpcOptions"]> {
  const keepalive = options.keepalive ?? defaultKeepalive;
  return {
    "grpc.keepalive_time_ms": keepalive.timeMs,
    "grpc.keepalive_timeout_ms": keepalive.timeoutMs,
    // A page is 500 objects of at most 256 KiB; the default limit is 4 MiB.
    "grpc.max_receive_message_length": 256 * 1024 * 1024,
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 1_000,
    // Connections are ours alone: reconnect() really gets a new one, close() really closes it.
    "grpc.use_local_subchannel_pool": 1,
    "grpc.enable_http_proxy": 0,
    "grpc.service_config_disable_resolution": 1,
  };
}

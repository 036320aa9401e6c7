import type { Clock } from "../../runtime/clock.ts";
import type { Log } from "../../runtime/log.ts";

export interface EtcdOptions {
  /** `https://host:2379`; without a scheme, http. Tried in this order, the next one when one fails. */
  readonly endpoints: readonly string[];
  /** What every key starts with (default `/vmctl/`). */
  readonly root?: string;
  readonly credentials?: EtcdCredentials;
  /** With `password`: authenticate by name. With client certificates etcd takes their common name instead. */
  readonly username?: string;
  readonly password?: string;
  readonly clock: Clock;
  /** Deadline of each unary call, and of opening a watch (default 5 s). */
  readonly requestTimeoutMs?: number;
  /** Allows an endpoint that is neither loopback nor TLS. */
  readonly insecure?: boolean;
  readonly keepalive?: Keepalive;
  readonly log?: Log;
  /** Told of each request before it is sent: `KV/range`, `Watch/watch`, … For metrics and for tests of cost. */
  readonly onRequest?: (rpc: string) => void;
}

/** PEM. Without `ca` the system's roots are trusted. */
export interface EtcdCredentials {
  readonly ca?: Buffer | string;
  readonly cert?: Buffer | string;
  readonly key?: Buffer | string;
}

/**
 * How a half-open connection is noticed: a ping after `timeMs` without traffic, given up after `timeoutMs`. etcd
 * hangs up on clients that ping more often than its --grpc-keepalive-min-time (5 s by default), so 6 s and 2 s.
 */
export interface Keepalive {
  readonly timeMs: number;
  readonly timeoutMs: number;
}

export const defaultRoot = "/vmctl/";
export const defaultKeepalive: Keepalive = { timeMs: 6_000, timeoutMs: 2_000 };
export const defaultRequestTimeoutMs = 5_000;

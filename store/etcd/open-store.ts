import type { ServerDescription } from "../preflight.ts";
import type {
  Batch,
  CallOptions,
  Entry,
  Lease,
  LeaseOptions,
  Listing,
  ListOptions,
  Outcome,
  ReadOptions,
  Store,
  Transaction,
  WatchOptions,
} from "../store.ts";
import { commit } from "./commit.ts";
import type { DescribeOptions } from "./describe-server.ts";
import { get } from "./get.ts";
import { KeepAlives } from "./keep-alives.ts";
import { KeySpace } from "./key-space.ts";
import { grantLease } from "./lease.ts";
import { list } from "./list.ts";
import { type ListKeysOptions, listKeys } from "./list-keys.ts";
import { defaultRoot, type EtcdOptions } from "./options.ts";
import { Transport } from "./transport.ts";
import { Watch } from "./watch.ts";

/**
 * A Store on etcd. Connects lazily: an etcd that is away is the first call's problem, so that programs may start
 * in any order. Fails with `Invalid` for endpoints that are neither loopback nor TLS (see EtcdOptions.insecure).
 */
export async function openEtcdStore(options: EtcdOptions): Promise<EtcdStore> {
  return new StoreOnEtcd(options);
}

export interface EtcdStore extends Store {
  /** What can be known of the server that answers now. */
  describeServer(options?: DescribeOptions): Promise<ServerDescription>;
  /** The first keys under a prefix, without their values: for those who want names. */
  listKeys(prefix: string, options: ListKeysOptions): Promise<readonly string[]>;
}

class StoreOnEtcd implements EtcdStore {
  readonly #transport: Transport;
  readonly #keepAlives: KeepAlives;
  readonly #keys: KeySpace;
  readonly #credentials: EtcdOptions["credentials"];

  constructor(options: EtcdOptions) {
    this.#keys = new KeySpace(options.root ?? defaultRoot);
    this.#transport = new Transport(options);
    this.#keepAlives = new KeepAlives(this.#transport);
    this.#credentials = options.credentials;
  }

  get(key: string, options?: ReadOptions): Promise<Entry | undefined> {
    return get(this.#transport, this.#keys, key, options);
  }

  list(prefixes: readonly string[], options?: ListOptions): Promise<Listing> {
    return list(this.#transport, this.#keys, prefixes, options);
  }

  commit(transaction: Transaction, options?: CallOptions): Promise<Outcome> {
    return commit(this.#transport, this.#keys, transaction, options);
  }

  watch(prefixes: readonly string[], options: WatchOptions): AsyncIterable<Batch> {
    return new Watch(this.#transport, this.#keys, prefixes, options).batches();
  }

  grantLease(ttlSeconds: number, options?: LeaseOptions): Promise<Lease> {
    return grantLease({ transport: this.#transport, keepAlives: this.#keepAlives }, ttlSeconds, options);
  }

  async describeServer(options: DescribeOptions = {}): Promise<ServerDescription> {
    // It brings Node's HTTP clients with it, which nothing else here needs.
    const { describeServer } = await import("./describe-server.ts");
    return describeServer(this.#transport, this.#keys, { ...options, credentials: this.#credentials });
  }

  listKeys(prefix: string, options: ListKeysOptions): Promise<readonly string[]> {
    return listKeys(this.#transport, this.#keys, prefix, options);
  }

  async close(): Promise<void> {
    this.#transport.close();
  }
}

import { afterAll, inject } from "vitest";
import type { EtcdStore } from "../../store/etcd/open-store.ts";
import type { EtcdOptions } from "../../store/etcd/options.ts";
import { storeOn } from "./etcd.ts";
import type {} from "./etcd-of-suite.ts";

/** What tests need of an etcd that they do not stop, break or look into. */
export interface Etcd {
  readonly endpoint: string;
  /** A store under a root nobody else uses, unless the options name one. */
  store(options?: Partial<EtcdOptions>): Promise<EtcdStore>;
}

/**
 * The suite's etcd, for a whole file: call it once, at its top. Whoever names a root takes one that no other file has;
 * stores are closed with the file at the latest.
 */
export function sharedEtcd(): Etcd {
  const endpoint = inject("etcdOfSuite");
  const stores: EtcdStore[] = [];
  afterAll(async () => {
    for (const store of stores) await store.close();
  });
  const store = async (options: Partial<EtcdOptions> = {}) => {
    const opened = await storeOn(endpoint, options);
    stores.push(opened);
    return opened;
  };
  return { endpoint, store };
}

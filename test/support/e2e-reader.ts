import { readFile } from "node:fs/promises";
import { findKind } from "../../resources/kinds.ts";
import { systemClock } from "../../runtime/clock.ts";
import { type EtcdStore, openEtcdStore } from "../../store/etcd/open-store.ts";
import { createObjectClient } from "../../store/objects/object-client.ts";
import type { E2eObject } from "./e2e-cluster.ts";
import { E2E_ROOT, E2E_USERS } from "./e2e-etcd.ts";
import type { EtcdServer } from "./etcd.ts";

/**
 * Looks at objects as `vmctl get -o json` would, with the same rights, without a process for every look: waiting for a
 * condition takes many.
 */
export class E2eReader {
  readonly #etcd: EtcdServer;
  #store: Promise<EtcdStore> | undefined;

  constructor(etcd: EtcdServer) {
    this.#etcd = etcd;
  }

  /** Of the default namespace; undefined when there is none. */
  async object(kindWord: string, name: string): Promise<E2eObject | undefined> {
    const kind = findKind(kindWord);
    if (!kind) throw new Error(`no kind is called ${kindWord}`);
    this.#store ??= this.#open();
    const client = createObjectClient(await this.#store, systemClock);
    return (await client.get(kind, "default", name)) as E2eObject | undefined;
  }

  async close(): Promise<void> {
    await (await this.#store)?.close();
  }

  async #open(): Promise<EtcdStore> {
    const files = this.#etcd.certificates?.files(E2E_USERS.user);
    if (!files) throw new Error("this etcd has no certificates");
    const [ca, cert, key] = await Promise.all([files.ca, files.cert, files.key].map((file) => readFile(file)));
    const credentials = { ca, cert, key } as { ca: Buffer; cert: Buffer; key: Buffer };
    return openEtcdStore({ endpoints: [this.#etcd.endpoint], clock: systemClock, root: E2E_ROOT, credentials });
  }
}

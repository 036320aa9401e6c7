import { readFile } from "node:fs/promises";
import { systemClock } from "../../runtime/clock.ts";
import { type EtcdStore, openEtcdStore } from "../../store/etcd/open-store.ts";
import { certificateFiles } from "./certificates.ts";
import type { DataLayout } from "./data-layout.ts";
import { etcdEndpoint } from "./etcd-words.ts";
import type { UpState } from "./up-state.ts";

/** A store on the etcd of this control plane as one of its users. Connects at the first call. */
export async function openUpStore(layout: DataLayout, { ports }: UpState, user: string): Promise<EtcdStore> {
  const { ca, cert, key } = certificateFiles(layout, user);
  return openEtcdStore({
    endpoints: [etcdEndpoint(ports)],
    credentials: { ca: await readFile(ca), cert: await readFile(cert), key: await readFile(key) },
    clock: systemClock,
    requestTimeoutMs: 2_000,
  });
}

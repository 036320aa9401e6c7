import { join } from "node:path";
import type { DataLayout } from "./data-layout.ts";
import type { Ports } from "./up-state.ts";

const QUOTA_BYTES = 2 * 2 ** 30;

export const etcdEndpoint = (ports: Ports): string => `https://127.0.0.1:${ports.etcd}`;

/** A member of its own: loopback only, nobody without a certificate of ours, old revisions gone after an hour. */
export function etcdWords(layout: DataLayout, ports: Ports): readonly string[] {
  const client = etcdEndpoint(ports);
  const peer = `https://127.0.0.1:${ports.etcdPeer}`;
  const file = (name: string) => join(layout.certificates, name);
  return Object.entries({
    name: "up",
    "data-dir": layout.etcd,
    "listen-client-urls": client,
    "advertise-client-urls": client,
    "listen-peer-urls": peer,
    "initial-advertise-peer-urls": peer,
    "initial-cluster": `up=${peer}`,
    "cert-file": file("etcd.crt"),
    "key-file": file("etcd.key"),
    "trusted-ca-file": file("ca.crt"),
    "client-cert-auth": "true",
    "peer-cert-file": file("etcd.crt"),
    "peer-key-file": file("etcd.key"),
    "peer-trusted-ca-file": file("ca.crt"),
    "peer-client-cert-auth": "true",
    "auto-compaction-mode": "periodic",
    "auto-compaction-retention": "1h",
    "quota-backend-bytes": String(QUOTA_BYTES),
    // It would not know a client's certificate, and nobody here speaks JSON to etcd.
    "enable-grpc-gateway": "false",
  }).map(([name, value]) => `--${name}=${value}`);
}

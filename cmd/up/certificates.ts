import { join } from "node:path";
import type { DataLayout } from "./data-layout.ts";
import { hackScript } from "./package-root.ts";
import { runTool } from "./run-tool.ts";
import type { UpState } from "./up-state.ts";

export interface CertificateFiles {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Names in the certificates, which are the users in etcd. */
export const ETCD_ROOT = "root";
export const ADMIN = "admin";
export const CONTROLLER = "controller";
export const FLEET = "fleet";
export const nodeUser = (nodeName: string): string => `node-${nodeName}`;

/** As whom the program runs that hypervisors report by. */
export const hostUser = ({ settings, nodeName }: Pick<UpState, "settings" | "nodeName">): string =>
  settings.simulated === undefined ? nodeUser(nodeName) : FLEET;

/** Makes what is missing or about to expire. `host`: see hostUser. */
export async function makeCertificates({ certificates }: DataLayout, host: string): Promise<void> {
  const script = hackScript("certs");
  await runTool(script, [certificates, "server", "etcd", "127.0.0.1", "localhost"]);
  await runTool(script, [certificates, "client", ETCD_ROOT, ADMIN, CONTROLLER, host]);
}

export function certificateFiles({ certificates }: DataLayout, user: string): CertificateFiles {
  const file = (name: string) => join(certificates, name);
  return { ca: file("ca.crt"), cert: file(`${user}.crt`), key: file(`${user}.key`) };
}

import type { TestProject } from "vitest/node";
import { EtcdServer } from "./etcd.ts";

declare module "vitest" {
  interface ProvidedContext {
    readonly etcdOfSuite: string;
  }
}

/** The etcd that all files of a suite share which have no quarrel with it (test/support/shared-etcd.ts). */
export default async function setUp({ provide }: TestProject): Promise<() => Promise<void>> {
  const server = await EtcdServer.start();
  provide("etcdOfSuite", server.endpoint);
  return () => server.stop();
}

import type { EtcdStore } from "../../store/etcd/open-store.ts";
import type { Store } from "../../store/store.ts";
import { UsageError } from "../config/usage-error.ts";
import { openConnection } from "../vmctl/connection/open-connection.ts";
import { reportServer } from "./report-server.ts";
import { type PartsContext, type PartsValues, type ProgramParts, runParts } from "./run-parts.ts";

export interface ConnectionValues {
  readonly endpoints: readonly string[];
  readonly cacert: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly root: string | undefined;
  readonly insecureEtcd: boolean;
  readonly requestTimeout: number;
}
export interface ProgramValues extends ConnectionValues, PartsValues {}

export interface ProgramContext extends PartsContext {
  readonly store: Store;
}

/**
 * A program on etcd: opens the store and says what it finds there (`readableKey`: see reportServer), then runs the parts
 * (see runParts).
 */
export async function runProgram(
  name: string,
  values: ProgramValues,
  build: (context: ProgramContext) => Promise<ProgramParts>,
  readableKey?: string,
): Promise<void> {
  const store = await openStore(values);
  try {
    await runParts(name, values, async (context) => {
      await reportServer(store, context.log, readableKey);
      return build({ ...context, store });
    });
  } finally {
    await store.close();
  }
}

async function openStore(values: ConnectionValues): Promise<EtcdStore> {
  if (values.endpoints.length === 0) throw new UsageError("--endpoints is missing: where is etcd?");
  return openConnection({
    endpoints: values.endpoints,
    ca: values.cacert,
    cert: values.cert,
    key: values.key,
    root: values.root,
    insecure: values.insecureEtcd,
    requestTimeoutMs: values.requestTimeout,
  } as Parameters<typeof openConnection>[0]);
}

import type { Command } from "commander";
import { type Clock, systemClock } from "../../../runtime/clock.ts";
import type { EtcdStore } from "../../../store/etcd/open-store.ts";
import { createObjectClient, type ObjectClient } from "../../../store/objects/object-client.ts";
import { StoreError } from "../../../store/store-error.ts";
import { interruptSignal } from "../interrupt-signal.ts";
import type { Talk } from "../talk/talk.ts";
import { talkOf } from "../talk/talk-flags.ts";
import { explainStoreFailure } from "./explain-store-failure.ts";
import type { Connection } from "./find-connection.ts";
import { openConnection } from "./open-connection.ts";
import { resolveConnection } from "./resolve-connection.ts";
import { talkingStore } from "./talking-store.ts";

/** What a command that talks to etcd works with. */
export interface Session {
  readonly store: EtcdStore;
  readonly objects: ObjectClient;
  readonly connection: Connection;
  /** Aborts at Ctrl-C, with Interrupted. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** For everything that is said beside the answer. */
  readonly talk: Talk;
}

/**
 * Runs `body` with the connection that the command's flags, the environment and the context file describe; closes
 * it whatever happens. What etcd refuses comes out as a CommandFailure that names the endpoint.
 */
export async function withSession<T>(command: Command, body: (session: Session) => Promise<T>): Promise<T> {
  const connection = await resolveConnection(command);
  using interrupt = interruptSignal();
  const { signal } = interrupt;
  const talk = talkOf(command);
  talk.trace(1, formatConnection(connection));
  const opened = await openConnection(connection).catch((error: unknown) => fail(error, connection, signal));
  const store = talkingStore(opened, talk, systemClock);
  try {
    const objects = createObjectClient(store, systemClock);
    const result = await body({ store, objects, connection, signal, clock: systemClock, talk });
    // A watch ends without an error when it is interrupted.
    signal.throwIfAborted();
    return result;
  } catch (error) {
    return fail(error, connection, signal);
  } finally {
    await store.close();
  }
}

/** Where from and to, for `-v`: a wrong one is the usual reason for a surprise. */
function formatConnection({ context, endpoints, root, namespace, cert }: Connection): string {
  const from = context === undefined ? "flags or environment" : `context ${context}`;
  const user = cert === undefined ? "no client certificate" : `certificate ${cert}`;
  return `${from}: ${endpoints.join(", ")}, root ${root ?? "/vmctl/"}, namespace ${namespace}, ${user}`;
}

function fail(error: unknown, connection: Connection, signal: AbortSignal): never {
  if (signal.aborted) throw signal.reason;
  throw error instanceof StoreError ? explainStoreFailure(error, connection.endpoints) : error;
}

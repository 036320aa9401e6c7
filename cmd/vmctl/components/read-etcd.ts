import { messageOf } from "../../../runtime/errors.ts";
import { tidyStoreMessage } from "../connection/explain-store-failure.ts";
import { openConnection } from "../connection/open-connection.ts";
import type { Session } from "../connection/session.ts";
import type { EtcdSeen } from "./components.ts";

/** Each endpoint asked by itself: one that is away is told of, the others answer. */
export function readEtcd({ connection, signal }: Session): Promise<readonly EtcdSeen[]> {
  return Promise.all(
    connection.endpoints.map(async (endpoint): Promise<EtcdSeen> => {
      const store = await openConnection({ ...connection, endpoints: [endpoint] });
      try {
        return { endpoint, server: { value: await store.describeServer({ signal }) } };
      } catch (error) {
        signal.throwIfAborted();
        return { endpoint, server: { unknown: tidyStoreMessage(messageOf(error)) } };
      } finally {
        await store.close();
      }
    }),
  );
}

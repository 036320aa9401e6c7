import { providerKey } from "../../placement/embedded/keys.ts";
import { openEmbeddedPlacement } from "../../placement/embedded/open-embedded-placement.ts";
import { openOpenstackPlacement } from "../../placement/openstack/open-openstack-placement.ts";
import { systemClock } from "../../runtime/clock.ts";
import { silentLog } from "../../runtime/log.ts";
import type { Store } from "../../store/store.ts";
import { joinParts } from "../../store/transaction-part.ts";
import { describePlacement } from "../conformance/placement.ts";
import { EtcdServer } from "../support/etcd.ts";
import { PlacementServer } from "../support/placement-server.ts";
import { nestIn } from "./openstack/nest-in.ts";

describePlacement("embedded engine on etcd", async () => {
  const etcd = await EtcdServer.start();
  let store: Store;
  return {
    differences: { actsAtOnce: false, shrinksOverCapacity: true },
    open: async () => {
      store = await etcd.store();
      return openEmbeddedPlacement({ store, clock: systemClock, log: silentLog });
    },
    commit: async (placement, part) => {
      const outcome = await store.commit(joinParts(part));
      if (outcome.kind === "stale") return false;
      if (part.writes.length > 0) await placement.caughtUp(outcome.revision);
      return true;
    },
    nest: async (placement, child, parent) => {
      const record = { ...child, generation: 0, parent, root: parent };
      const put = { op: "put", key: providerKey(child.uuid), value: JSON.stringify(record) } as const;
      const outcome = await store.commit({ compares: [], writes: [put] });
      if (outcome.kind === "committed") await placement.caughtUp(outcome.revision);
    },
    stop: () => etcd.stop(),
  };
});

describePlacement("OpenStack Placement 8.0", async () => {
  const server = await PlacementServer.start();
  return {
    differences: { actsAtOnce: true, shrinksOverCapacity: false },
    open: async () => {
      await server.reset();
      return openOpenstackPlacement({ endpoint: server.endpoint, cluster: "test", clock: systemClock });
    },
    // It has acted already.
    commit: async (_, part) => part.writes.length === 0,
    nest: (_, child, parent) => nestIn(server, child, parent),
    stop: () => server.stop(),
  };
});

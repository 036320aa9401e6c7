import { startControllers } from "../../controllers/start-controllers.ts";
import { openEmbeddedPlacement } from "../../placement/embedded/open-embedded-placement.ts";
import { systemClock } from "../../runtime/clock.ts";
import { silentLog } from "../../runtime/log.ts";
import { openEtcdStore } from "../../store/etcd/open-store.ts";
import { EventLeases } from "../../store/event-leases.ts";
import type { Store } from "../../store/store.ts";
import { seededRandom } from "./seed.ts";

/**
 * A program: controllers that act without being elected, `<endpoint> <root> [stops]`. Told `stops`, it stands still
 * (SIGSTOP) right before it sends its first bind, and has said `binding` to its parent before.
 */
const [, , endpoint = "", root = "", mode] = process.argv;
const etcd = await openEtcdStore({ endpoints: [endpoint], root, clock: systemClock });

let isToStop = mode === "stops";
const commit: Store["commit"] = async (transaction, options) => {
  if (isToStop && transaction.writes.some(({ key }) => key.startsWith("placement/allocations/"))) {
    isToStop = false;
    await new Promise((told) => process.send?.("binding", told));
    process.kill(process.pid, "SIGSTOP");
  }
  return etcd.commit(transaction, options);
};
const store: Store = {
  get: (key, options) => etcd.get(key, options),
  list: (prefixes, options) => etcd.list(prefixes, options),
  watch: (prefixes, options) => etcd.watch(prefixes, options),
  grantLease: (ttl, options) => etcd.grantLease(ttl, options),
  close: () => etcd.close(),
  commit,
};
const placement = await openEmbeddedPlacement({ store, clock: systemClock, log: silentLog });
const leases = new EventLeases({ store, clock: systemClock });
await startControllers({ store, placement, leases, clock: systemClock, log: silentLog, random: seededRandom(1) });
process.send?.("started");
// With its parent it goes too.
process.once("disconnect", () => process.exit(0));

// What an explanation costs beside a decision over all hosts: `npx tsx hack/bench-programs/explain.ts`. In memory,
// one process, nothing else runs; issue: at most 3.

import { ClusterPeers } from "../../controllers/scheduler/cluster-peers.ts";
import { explainInstance } from "../../controllers/scheduler/explain/explain-instance.ts";
import { findHost } from "../../controllers/scheduler/find-host.ts";
import type { Wish } from "../../controllers/scheduler/peers.ts";
import { EmbeddedView } from "../../placement/embedded/embedded-view.ts";
import { EngineState } from "../../placement/embedded/engine-state.ts";
import { providerKey, usageKey } from "../../placement/embedded/keys.ts";
import { pictureOf, type Slot } from "../../placement/embedded/picture.ts";
import type { PlacementRecord } from "../../placement/embedded/records.ts";
import type { Placement } from "../../placement/placement.ts";
import { emptyPart } from "../../store/transaction-part.ts";
import { hostUid } from "../../test/controllers/support/a-host.ts";
import { objectOf } from "../../test/controllers/support/cluster.ts";
import { ALIVE, OBSERVED_HOST, viewOf } from "../../test/controllers/support/view.ts";

const inventory = (total: number) => ({
  ...{ total, reserved: 0, minUnit: 1, maxUnit: total, stepSize: 1, allocationRatio: 1 },
});

function recordsOf(name: string): Record<string, unknown> {
  const uid = hostUid(name);
  const tail = `cluster/hypervisors/${name}`;
  return {
    [`spec/${tail}`]: objectOf("Hypervisor", { name, uid }, {}),
    [`status/${tail}`]: { uid, specCreateRevision: 10, accepted: { generation: 1, spec: {} }, status: {} },
    [`uids/${uid}`]: { tail },
    [`observed/${name}/host`]: OBSERVED_HOST,
    [`alive/${name}`]: ALIVE,
  };
}

/** Of 10 hosts so many have room for 4 CPUs and 4 GiB. */
function placementOf(names: readonly string[], withRoom: number): Placement {
  const state = new EngineState();
  const set = (key: string, value: PlacementRecord): void => state.set(key, { value });
  for (const [index, name] of names.entries()) {
    const uuid = hostUid(name);
    const inventories = { VCPU: inventory(64), MEMORY_MB: inventory(65_536), DISK_GB: inventory(2_000) };
    const record = { uuid, name, inventories, traits: [], aggregates: [], generation: 1, parent: null, root: uuid };
    set(providerKey(uuid), { kind: "provider", record });
    const used = { VCPU: 8, MEMORY_MB: index % 10 < withRoom ? 1024 * (index % 7) : 63_000 };
    set(usageKey(uuid), { kind: "usage", record: { used, generation: 1 } });
  }
  const slot = (key: string): Slot<PlacementRecord> => ({ key, value: undefined, modRevision: 0 });
  return new EmbeddedView({ ...pictureOf(state), slot }, "INSTANCE") as unknown as Placement;
}

const RUNS = 60;
/** In turn, so that whatever else the machine does hits both; the least of each, for what is wanted is the work. */
async function least(...works: (() => Promise<unknown>)[]): Promise<number[]> {
  const best = works.map(() => Number.POSITIVE_INFINITY);
  for (let run = 0; run < RUNS; run += 1)
    for (const [index, work] of works.entries()) {
      const start = performance.now();
      await work();
      best[index] = Math.min(best[index] ?? 0, performance.now() - start);
    }
  return best;
}

const image = { source: { url: "http://images/tiny" } };
const spec = { image, resources: { vcpu: 4, memory: "4Gi", disk: "1Gi" } };
const wish: Wish = { uid: hostUid("wish-99999"), namespace: "default", labels: {}, spec };
const beside = { claims: emptyPart, boundIn: () => [], admittedTo: () => 0 };
for (const count of [100, 1_000]) {
  const names = Array.from({ length: count }, (_, index) => `host-${index + 1}`);
  const view = viewOf(Object.assign({}, ...names.map(recordsOf)));
  for (const withRoom of [10, 5, 0]) {
    const placement = placementOf(names, withRoom);
    const decide = () =>
      findHost(view, placement, {
        wish,
        image: undefined,
        peers: new ClusterPeers({ view, wish, beside, image: undefined }),
      });
    const asked = { namespace: "default", name: "a", labels: {}, spec };
    const explain = () =>
      explainInstance({ view, placement, standing: () => undefined }, asked, { allHosts: false, signal: undefined });
    const [decision = 0, explanation = 0] = await least(decide, explain);
    const ratio = (explanation / decision).toFixed(2);
    console.log(
      `${count} hosts, ${withRoom} of 10 with room: decision ${decision.toFixed(2)} ms, explanation ${explanation.toFixed(2)} ms, ratio ${ratio}`,
    );
  }
}

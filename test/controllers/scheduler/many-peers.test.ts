import { expect, it } from "vitest";
import type { BoundInstance } from "../../../controllers/cluster/bound-index.ts";
import type { ClusterView } from "../../../controllers/cluster/cluster-view.ts";
import { DecidedBinds } from "../../../controllers/scheduler/beside.ts";
import { ClusterPeers } from "../../../controllers/scheduler/cluster-peers.ts";
import { firstRefusal } from "../../../controllers/scheduler/filters/first-refusal.ts";
import type { Wish } from "../../../controllers/scheduler/peers.ts";
import { neighbours } from "../../../controllers/scheduler/scores/neighbours.ts";
import type { AffinityTerm } from "../../../resources/affinity.ts";
import type { LabelValues } from "../../../resources/label-selector.ts";
import { aHost, hostUid } from "../support/a-host.ts";

const PEERS = 1_000;
const HOSTS = 50;
/** As many as a spec may have. */
const TERMS = 16;

/** Labels that count how often somebody looks into them; so do the hosts of peers. */
function countedLabels(labels: LabelValues, work: { looks: number }): LabelValues {
  return new Proxy(labels, {
    get: (target, name) => {
      work.looks++;
      return Reflect.get(target, name) as unknown;
    },
    getOwnPropertyDescriptor: (target, name) => {
      work.looks++;
      return Reflect.getOwnPropertyDescriptor(target, name);
    },
  });
}

/** Terms that all the peers are concerned by, and no two of which are the same question. */
const terms = (count: number, more: Partial<AffinityTerm>): AffinityTerm[] =>
  Array.from({ length: count }, (_, n) => ({
    labelSelector: {
      matchLabels: { app: "web" },
      matchExpressions: [{ key: `absent-${n}`, operator: "DoesNotExist" as const }],
    },
    topology: n % 2 === 0 ? "host" : "rack",
    ...more,
  }));

it(`${TERMS} terms of each kind and ${PEERS} peers with as many cost a look per peer and term, however many hosts there are`, () => {
  const work = { looks: 0 };
  const peer = (n: number): BoundInstance => ({
    ...{ tail: `ns/default/instances/p-${n}`, namespace: "default", request: {} },
    get host() {
      work.looks++;
      return `host-${n % HOSTS}`;
    },
    ...{ labels: countedLabels({ app: "web" }, work), antiAffinity: terms(TERMS, {}), version: "" },
  });
  const peers = Array.from({ length: PEERS }, (_, n) => peer(n));
  const hosts = Array.from({ length: HOSTS }, (_, n) =>
    aHost(`host-${n}`, { metadata: { labels: { rack: `rack-${n % 5}` } } }),
  );
  const hostNamed = new Map(hosts.map((host) => [host.name, host]));
  const view = {
    bound: { withLabel: () => peers, in: () => peers, withTerms: () => peers },
    hypervisors: { get: (name: string) => hostNamed.get(name) },
  } as unknown as ClusterView;
  const wish: Wish = {
    ...{ uid: hostUid("host-999"), namespace: "default" },
    // Selected by none of their terms: all of them have to be looked at.
    labels: countedLabels({ app: "other" }, work),
    spec: {
      affinity: [...terms(TERMS / 2, {}), ...terms(TERMS / 2, { weight: 7 })],
      antiAffinity: terms(TERMS, { weight: 5 }),
    },
  };
  const known = new ClusterPeers({ view, wish, beside: new DecidedBinds(), image: undefined });
  const look = () =>
    hosts.map((host) => {
      expect(firstRefusal(host, wish, known)).toBeUndefined();
      const candidate = { provider: hostUid(host.name), allocations: {}, mappings: {} };
      return neighbours.of({ host, candidate, summary: undefined }, wish, known);
    });
  const scores = look();
  const spent = work.looks;
  expect(new Set(scores).size).toBe(1);
  // 32 terms of its own and 16 of each peer; a term looks at two labels, each twice, and at the host.
  expect(spent).toBeGreaterThan(PEERS * TERMS);
  expect(spent).toBeLessThanOrEqual(PEERS * 3 * TERMS * 4);
  look();
  expect(work.looks).toBe(spent);
});

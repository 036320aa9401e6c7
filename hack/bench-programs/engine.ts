// How long the embedded engine takes for a query, by the number of hosts: `npx tsx hack/bench-programs/engine.ts`.
// In memory, nothing else runs: the other figures of hack/bench contain this one.

import type { CandidatesQuery, RequestGroup } from "../../placement/candidates-query.ts";
import { findCandidates } from "../../placement/engine/candidates/find-candidates.ts";
import type { ProviderRecord } from "../../placement/engine/records.ts";
import { PlacementState } from "../../placement/engine/state.ts";

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const SHARE = 9_000_000;
const AGGREGATE = uuid(SHARE + 1);

const inventory = (total: number) => ({
  ...{ total, reserved: 0, minUnit: 1, maxUnit: total, stepSize: 1, allocationRatio: 1 },
});

function host(n: number, shared: boolean): ProviderRecord {
  const local = { VCPU: inventory(64), MEMORY_MB: inventory(262_144), DISK_GB: inventory(2_000) };
  return {
    ...{ uuid: uuid(n), name: `host-${n}`, generation: 3, parent: null, root: uuid(n) },
    inventories: shared ? { VCPU: local.VCPU, MEMORY_MB: local.MEMORY_MB } : local,
    traits: ["COMPUTE_NODE", "HW_CPU_X86_AVX2", ...(n % 10 === 0 ? ["STORAGE_DISK_SSD"] : [])],
    aggregates: shared ? [AGGREGATE] : [],
  };
}

/** `full`: of every 20 hosts 19 have no room left. */
function stateOf(hosts: number, shared: boolean, full: boolean): PlacementState {
  const state = new PlacementState();
  for (let n = 1; n <= hosts; n++) {
    state.apply({ kind: "provider", uuid: uuid(n), record: host(n, shared) });
    const used = full && n % 20 !== 0 ? { VCPU: 64 } : { VCPU: 8, MEMORY_MB: 8_192 };
    state.apply({ kind: "usage", provider: uuid(n), record: { used, generation: 8 } });
  }
  if (!shared) return state;
  const inventories = { DISK_GB: inventory(1_000_000) };
  const traits = ["MISC_SHARES_VIA_AGGREGATE"];
  const record = { ...host(SHARE, true), name: "share", inventories, traits, aggregates: [AGGREGATE] };
  state.apply({ kind: "provider", uuid: uuid(SHARE), record });
  return state;
}

const group = (suffix: string, rest: Partial<RequestGroup>): RequestGroup => ({
  ...{ suffix, resources: {}, required: [], forbidden: ["COMPUTE_STATUS_DISABLED"], memberOf: [], notMemberOf: [] },
  ...rest,
});
const machine = { VCPU: 2, MEMORY_MB: 4_096, DISK_GB: 20 };
const flat = group("", { resources: machine });
const QUERIES: Record<string, { query: CandidatesQuery; shared?: boolean; full?: boolean }> = {
  flat: { query: { groups: [flat], limit: 100 } },
  "flat, rare trait": { query: { groups: [{ ...flat, required: [["STORAGE_DISK_SSD"]] }], limit: 5 } },
  "flat, 19 of 20 full": { query: { groups: [flat], limit: 5 }, full: true },
  "flat, nobody has it": { query: { groups: [{ ...flat, required: [["CUSTOM_NOBODY"]] }], limit: 100 } },
  granular: { query: { groups: [group("_A", { resources: machine }), flat], groupPolicy: "none", limit: 100 } },
  "sharing disk": { query: { groups: [flat], limit: 100 }, shared: true },
};

for (const [name, { query, shared = false, full = false }] of Object.entries(QUERIES)) {
  const figures = [100, 1_000, 10_000].map((hosts) => [hosts, measure(stateOf(hosts, shared, full), query)] as const);
  const [[, least] = [0, 1], , [, most] = [0, 1]] = figures;
  const text = figures.map(([hosts, us]) => `${hosts}: ${us.toFixed(0)} us`).join("  ");
  console.log(`${name.padEnd(22)} ${text}  ratio ${(most / least).toFixed(1)}`);
}

/** Microseconds of processor, the median of five rounds. */
function measure(state: PlacementState, query: CandidatesQuery): number {
  const rounds = Array.from({ length: 5 }, (_, round) => {
    const times = 60;
    const begin = process.cpuUsage();
    for (let n = 0; n < times; n++) findCandidates(state, query, { start: (round * times + n) * 7_919 });
    const { user, system } = process.cpuUsage(begin);
    return (user + system) / times;
  });
  return rounds.toSorted((a, b) => a - b)[2] ?? 0;
}

import type { AllocationRecord, ProviderRecord, UsageRecord } from "../../placement/embedded/records.ts";
import type { AssignedInstance } from "../../resources/assignment.ts";
import type { InstanceSpec } from "../../resources/instance.ts";
import type { StoredObject } from "../../resources/meta.ts";
import type { StatusRecord } from "../../resources/status-record.ts";
import type { Batch, Store } from "../../store/store.ts";

type State = ReadonlyMap<string, string>;

const INSTANCES = "status/ns/default/instances/";

/** Every revision of a store as it is written, and what was wrong with any of them. */
export class WrittenHistory {
  readonly problems: string[] = [];
  readonly #store: Store;
  readonly #stop = new AbortController();
  #state = new Map<string, string>();
  #revision: number;

  private constructor(store: Store, revision: number) {
    this.#store = store;
    this.#revision = revision;
    this.#reading = this.#read();
  }
  readonly #reading: Promise<void>;

  /** Of a store that is empty yet. */
  static async of(store: Store): Promise<WrittenHistory> {
    return new WrittenHistory(store, (await store.list(["none/"])).revision);
  }

  /** Whether all was read that is written now. */
  async caughtUp(): Promise<boolean> {
    const { entries } = await this.#store.list(["spec/", "status/", "assigned/", "placement/"]);
    return Math.max(0, ...entries.map(({ modRevision }) => modRevision)) <= this.#revision;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#reading;
  }

  /** What has to be true once nothing is under way. */
  disagreements(): string[] {
    const bound = new Map(
      records<StatusRecord>(this.#state, INSTANCES).flatMap(([, { uid = "", binding }]) =>
        binding ? [[uid, binding.hypervisor] as const] : [],
      ),
    );
    const held = records<AllocationRecord>(this.#state, "placement/allocations/").map(([, { consumer }]) => consumer);
    const told = assignments(this.#state).map(({ uid, hypervisor }) => `${uid} on ${hypervisor}`);
    const asBound = [...bound].map(([uid, host]) => `${uid} on ${host}`);
    return [...differences("allocation", held, [...bound.keys()]), ...differences("assignment", told, asBound)];
  }

  async #read(): Promise<void> {
    try {
      for await (const batch of this.#store.watch([""], { from: this.#revision + 1, signal: this.#stop.signal }))
        this.#take(batch);
    } catch (error) {
      if (!this.#stop.signal.aborted) this.problems.push(String(error));
    }
  }

  #take({ revision, changes }: Batch): void {
    const before: State = new Map(this.#state);
    for (const change of changes) {
      if (change.type === "put") this.#state.set(change.entry.key, change.entry.value);
      else this.#state.delete(change.key);
    }
    this.#revision = revision;
    if (changes.length === 0) return;
    const found = [...bindProblems(before, this.#state), ...bookProblems(before, this.#state)];
    this.problems.push(...found.map((problem) => `revision ${revision}: ${problem}`));
  }
}

const read = <T>(state: State, key: string): T | undefined => {
  const text = state.get(key);
  return text === undefined ? undefined : (JSON.parse(text) as T);
};
const records = <T>(state: State, prefix: string): (readonly [string, T])[] =>
  [...state].flatMap(([key, text]) =>
    key.startsWith(prefix) ? [[key.slice(prefix.length), JSON.parse(text) as T]] : [],
  );
const assignments = (state: State): AssignedInstance[] =>
  records<AssignedInstance>(state, "assigned/").flatMap(([key, value]) => (key.includes("/instances/") ? [value] : []));
const differences = (what: string, are: readonly string[], should: readonly string[]): string[] => [
  ...are
    .filter((one, index) => !should.includes(one) || are.indexOf(one) !== index)
    .map((one) => `${what} too many: ${one}`),
  ...should.filter((one) => !are.includes(one)).map((one) => `no ${what}: ${one}`),
];

interface Bound {
  readonly name: string;
  readonly host: string;
  readonly web: boolean;
  readonly apart: boolean;
}

function boundIn(state: State): Bound[] {
  return records<StatusRecord>(state, INSTANCES).flatMap(([name, { binding, accepted }]) => {
    if (!binding) return [];
    const { antiAffinity = [] } = (accepted?.spec ?? {}) as InstanceSpec;
    return [
      { name, host: binding.hypervisor, web: accepted?.labels?.["app"] === "web", apart: antiAffinity.length > 0 },
    ];
  });
}

/** What no bind may do. */
function bindProblems(before: State, after: State): string[] {
  const had = new Set(boundIn(before).map(({ name }) => name));
  const all = boundIn(after);
  const fresh = all.filter(({ name }) => !had.has(name));
  const problems = fresh.flatMap((one) => [...instructionProblems(before, one), ...neighbourProblems(all, one)]);
  if (fresh.length > 0) problems.push(...quotaProblems(after));
  return problems;
}

function instructionProblems(before: State, { name, host }: Bound): string[] {
  const cordon = read<StoredObject<{ unschedulable?: boolean }>>(before, `spec/cluster/hypervisors/${host}`);
  const spec = read<StoredObject>(before, `spec/ns/default/instances/${name}`);
  const status = read<StatusRecord>(before, INSTANCES + name);
  return [
    ...(cordon?.spec.unschedulable ? [`${name} was bound to ${host}, which is cordoned`] : []),
    ...(spec?.metadata.deletionTimestamp || status?.deletion ? [`${name} was bound, which is deleted`] : []),
  ];
}

const neighbourProblems = (all: readonly Bound[], one: Bound): string[] =>
  all
    .filter((other) => other.name !== one.name && other.host === one.host)
    .filter((other) => (one.apart && other.web) || (other.apart && one.web))
    .map((other) => `${one.name} was bound to ${one.host}, where ${other.name} is`);

function quotaProblems(after: State): string[] {
  const namespace = read<StatusRecord>(after, "status/cluster/namespaces/default");
  const { quota } = (namespace?.accepted?.spec ?? {}) as { readonly quota?: { readonly vcpu?: number } };
  const taken = assignments(after).reduce((sum, { machine }) => sum + machine.vcpu, 0);
  return quota?.vcpu !== undefined && taken > quota.vcpu ? [`${taken} of ${quota.vcpu} VCPU after a bind`] : [];
}

/** Usages are the sums of allocations; none grows over its capacity. */
function bookProblems(before: State, after: State): string[] {
  const sums = new Map<string, number>();
  for (const [, { allocations }] of records<AllocationRecord>(after, "placement/allocations/"))
    for (const [provider, { resources }] of Object.entries(allocations))
      for (const [name, amount] of Object.entries(resources))
        sums.set(`${provider} ${name}`, (sums.get(`${provider} ${name}`) ?? 0) + amount);
  return records<ProviderRecord>(after, "placement/providers/").flatMap(([uuid, { inventories }]) => {
    const [was, is] = [before, after].map((state) => read<UsageRecord>(state, `placement/usage/${uuid}`)?.used ?? {});
    return Object.entries(inventories).flatMap(([name, { total, reserved, allocationRatio }]) => {
      const used = is?.[name] ?? 0;
      const grew = used > (was?.[name] ?? 0) && used > (total - reserved) * allocationRatio;
      const sum = sums.get(`${uuid} ${name}`) ?? 0;
      return [
        ...(grew ? [`${used} ${name} are more than there are`] : []),
        ...(used === sum ? [] : [`usage ${used} ${name}, allocations ${sum}`]),
      ];
    });
  });
}

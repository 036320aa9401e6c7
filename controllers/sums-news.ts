import type { HypervisorStatus } from "../resources/hypervisor.ts";
import { isSameJson } from "../resources/is-same-json.ts";
import { PREFIX } from "../resources/keys.ts";
import type { StatusRecord } from "../resources/status-record.ts";
import type { ClusterView } from "./cluster/cluster-view.ts";
import { hypervisorTail, sumOf } from "./cluster/hypervisor-usage.ts";

const STATUSES = `${PREFIX.status}${hypervisorTail("")}`;

/**
 * Each bind and each removal writes the sums of its host (decision 0007). Where they are all that changed, and are those
 * of what is assigned, nobody would find anything to do: who looked at the record before has looked at this one.
 */
export class SumsNews {
  readonly #view: ClusterView;
  readonly #told = new Map<string, StatusRecord>();

  constructor(view: ClusterView) {
    this.#view = view;
    for (const { key, value } of view.all("status", STATUSES)) this.#told.set(key, value);
  }

  /** Whether the change of this key is one of right sums and nothing else. To be asked once for each change. */
  isAll(key: string): boolean {
    if (!key.startsWith(STATUSES)) return false;
    const before = this.#told.get(key);
    const now = this.#view.status(key.slice(PREFIX.status.length))?.value;
    if (now) this.#told.set(key, now);
    else this.#told.delete(key);
    if (!before || !now || !isSameJson(withoutSums(before), withoutSums(now))) return false;
    const assigned = this.#view.assignmentsOf(key.slice(STATUSES.length)).map(({ value }) => value);
    return isSameJson(sumOf(assigned), sumsIn(now));
  }
}

const sumsIn = ({ status }: StatusRecord): Pick<HypervisorStatus, "allocated" | "instances"> => {
  const { allocated, instances } = status as HypervisorStatus;
  return { allocated, instances } as Pick<HypervisorStatus, "allocated" | "instances">;
};

function withoutSums(record: StatusRecord): StatusRecord {
  const { allocated, instances, ...status } = record.status as HypervisorStatus;
  return { ...record, status };
}

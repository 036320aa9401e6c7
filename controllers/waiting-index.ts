import { COMMON_REASON } from "../resources/common-conditions.ts";
import type { Condition } from "../resources/conditions.ts";
import { REASON } from "../resources/instance-status.ts";
import { statusKey } from "../resources/keys.ts";
import type { Informer } from "../store/informer-contract.ts";
import { hasTrouble } from "./cluster/allocated-condition.ts";
import type { ClusterRecord } from "./cluster/cluster-record.ts";

/** Kept out by its namespace or by whoever has its uid; or a set that could not make an instance. */
const KEPT_OUT: ReadonlySet<string> = new Set([
  COMMON_REASON.quotaExceeded,
  COMMON_REASON.namespaceTerminating,
  REASON.uidTaken,
]);

const STATUS_OF_OBJECTS = "status/ns/";

/**
 * Objects whose status says that they wait for room: in a namespace, or to grow. Instances without a host wait in the
 * scheduler. Follows the informer, which must be ready.
 */
export class WaitingIndex {
  readonly tails = new Set<string>();

  constructor(informer: Informer<ClusterRecord>) {
    const update = (key: string): void => {
      if (!key.startsWith(STATUS_OF_OBJECTS)) return;
      const record = informer.get(key)?.value;
      const tail = key.slice(statusKey("").length);
      if (record?.type === "status" && waits(record.value.status)) this.tails.add(tail);
      else this.tails.delete(tail);
    };
    for (const { key } of informer.entries(STATUS_OF_OBJECTS)) update(key);
    informer.onChange(update);
  }
}

function waits(status: unknown): boolean {
  const { conditions } = (status ?? {}) as { readonly conditions?: readonly Condition[] };
  if (!Array.isArray(conditions)) return false;
  return conditions.some(({ reason }) => KEPT_OUT.has(reason)) || hasTrouble(conditions, REASON.noCapacity);
}

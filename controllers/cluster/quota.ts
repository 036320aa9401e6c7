import { classWords } from "../../resources/class-words.ts";
import type { ResourceRequest } from "../../resources/group-request.ts";
import type { NamespaceQuota, NamespaceSpec } from "../../resources/namespace.ts";
import { bytesOf } from "../../resources/quantity.ts";
import { namespaceSpec, unreadableLimits } from "./barred.ts";
import type { ClusterView } from "./cluster-view.ts";

/** What instances of a namespace may take together, by resource class; undefined: whatever there is. */
function quotaOf(view: ClusterView, namespace: string): ResourceRequest | undefined {
  const { quota } = namespaceSpec(view, namespace);
  return quota && inClasses(quota);
}

/** Whether decisions in a namespace depend on what others of it hold. */
export function isCounted(view: ClusterView, namespace: string): boolean {
  const { quota, limits }: NamespaceSpec = namespaceSpec(view, namespace);
  return quota !== undefined || limits?.["instances"] !== undefined;
}

/** What a namespace has, and what is to be added to it. */
export interface QuotaQuestion {
  readonly namespace: string;
  /** What the same transaction gives to others of the namespace. */
  readonly beside: readonly ResourceRequest[];
  readonly asked: ResourceRequest;
}

/** Why a namespace may not take more, with every class that is short; undefined: it may. */
export function overQuota(view: ClusterView, { namespace, beside, asked }: QuotaQuestion): string | undefined {
  const unreadable = unreadableLimits(view, namespace);
  if (unreadable !== undefined) return unreadable;
  const quota = quotaOf(view, namespace);
  if (!quota) return undefined;
  const used = view.bound.used(namespace);
  const short = Object.entries(asked).flatMap(([name, amount]) => {
    const limit = quota[name];
    const taken = beside.reduce((sum, request) => sum + (request[name] ?? 0), used[name] ?? 0);
    if (limit === undefined || amount <= 0 || taken + amount <= limit) return [];
    const words = classWords(name);
    return [`${words.name}: ${amount}${words.unit} asked, ${taken} of ${limit} taken`];
  });
  if (short.length === 0) return undefined;
  return `the quota of namespace ${namespace} (spec.quota) does not allow it: ${short.join("; ")}; tried again when there is room`;
}

/** Limits are rounded down to the units in which is counted. */
function inClasses({ vcpu, memory, disk, ...custom }: NamespaceQuota): ResourceRequest {
  const whole = (amount: string | number, unit: number): number => Math.floor(bytesOf(amount) / unit);
  return {
    ...(vcpu === undefined ? {} : { VCPU: vcpu }),
    ...(memory === undefined ? {} : { MEMORY_MB: whole(memory, 2 ** 20) }),
    ...(disk === undefined ? {} : { DISK_GB: whole(disk, 2 ** 30) }),
    ...custom,
  };
}
